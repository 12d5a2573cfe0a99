package prepare

import (
	"context"
	"errors"
	"strings"

	"istio-ci/node/internal/system"
)

// flavour is the state of one flavour of iptables in this network namespace.
type flavour struct {
	works bool
	rules int
}

// pickIptables returns the flavour that already has rules, because with two flavours at once each sees only
// part of the rules (docker-library/docker#463, kind's select_iptables). Without rules it is nft, Debian's
// default, if the kernel supports it.
func pickIptables(nft, legacy flavour) (string, error) {
	switch {
	case !nft.works && !legacy.works:
		return "", errors.New("neither iptables-nft nor iptables-legacy works: the kernel lacks netfilter, or the capability NET_ADMIN is missing")
	case !nft.works:
		return "legacy", nil
	case legacy.works && legacy.rules > nft.rules:
		return "legacy", nil
	default:
		return "nft", nil
	}
}

func chooseIptables(ctx context.Context) (string, error) {
	nft, legacy := probe(ctx, "nft"), probe(ctx, "legacy")
	nft.works = nft.works && makesChains(ctx)
	chosen, err := pickIptables(nft, legacy)
	if err != nil {
		return "", err
	}
	for _, name := range []string{"iptables", "ip6tables"} {
		if err := setAlternative(ctx, name, chosen); err != nil {
			return "", err
		}
	}
	return "iptables-" + chosen, nil
}

func probe(ctx context.Context, name string) flavour {
	out, err := system.Run(ctx, "iptables-"+name+"-save")
	return flavour{works: err == nil, rules: countRules(out)}
}

// makesChains tries what listing does not show: a kernel may have nf_tables without its tables for IPv4, like
// Debian's user-mode-linux.
func makesChains(ctx context.Context) bool {
	const chain = "istio-ci-probe"
	if _, err := system.Run(ctx, "iptables-nft", "-t", "nat", "-N", chain); err != nil {
		return false
	}
	_, err := system.Run(ctx, "iptables-nft", "-t", "nat", "-X", chain)
	return err == nil
}

// countRules counts the rules in the output of iptables-save.
func countRules(saved string) int {
	rules := 0
	for line := range strings.Lines(saved) {
		if strings.HasPrefix(line, "-A") {
			rules++
		}
	}
	return rules
}
