package unit

import (
	"fmt"
	"strings"
)

// splitWords splits a line into words according to systemd.syntax(7): quotes of both kinds keep a word
// together, a backslash escapes the next character.
func splitWords(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord, quote := false, rune(0)
	escaped := false
	for _, r := range line {
		switch {
		case escaped:
			meaning, known := escapes[r]
			if !known {
				return nil, fmt.Errorf(`\%c is not a known escape in %q`, r, line)
			}
			word.WriteRune(meaning)
			escaped = false
		case r == '\\':
			escaped, inWord = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, inWord = r, true
		case r == ' ' || r == '\t':
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		default:
			inWord = true
			word.WriteRune(r)
		}
	}
	if quote != 0 || escaped {
		return nil, fmt.Errorf("a quote is not closed in %q", line)
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}

var escapes = map[rune]rune{'\\': '\\', '"': '"', '\'': '\'', ' ': ' ', 's': ' ', 't': '\t', 'n': '\n', '$': '$'}

// expand replaces variables in the words of a command: `${NAME}` anywhere in a word, and `$NAME` as a whole
// word, whose value is then split into words. `$$` is a dollar. (systemd.service(5), "Command lines")
func expand(words []string, env map[string]string) []string {
	var expanded []string
	for _, word := range words {
		if name, isVariable := strings.CutPrefix(word, "$"); isVariable && isName(name) {
			// quotes in the value keep words together; an unclosed quote is an ordinary character
			values, err := splitWords(env[name])
			if err != nil {
				values = strings.Fields(env[name])
			}
			expanded = append(expanded, values...)
			continue
		}
		expanded = append(expanded, substitute(word, env))
	}
	return expanded
}

func substitute(word string, env map[string]string) string {
	var out strings.Builder
	for word != "" {
		before, after, found := strings.Cut(word, "$")
		out.WriteString(before)
		if !found {
			break
		}
		name, rest, closed := strings.Cut(strings.TrimPrefix(after, "{"), "}")
		switch {
		case strings.HasPrefix(after, "$"):
			out.WriteString("$")
			word = after[1:]
		case strings.HasPrefix(after, "{") && closed && isName(name):
			out.WriteString(env[name])
			word = rest
		default:
			out.WriteString("$")
			word = after
		}
	}
	return out.String()
}

func isName(text string) bool {
	for i, r := range text {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return text != ""
}
