// Command web is the tests' workload and their client inside the cluster, in one small static binary.
//
//	web serve            answers on port 8080 with its own name, $NAME, and the path asked for
//	web get URL [HOST]   asks once and prints the answer as JSON: status, header, body
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

func main() {
	log.SetFlags(0)
	switch args := os.Args[1:]; {
	case len(args) == 1 && args[0] == "serve":
		log.Fatal(http.ListenAndServe(":8080", http.HandlerFunc(answer)))
	case len(args) >= 2 && args[0] == "get":
		if err := get(args[1], args[2:]...); err != nil {
			log.Fatal(err)
		}
	default:
		log.Fatal("usage: web serve | web get URL [HOST]")
	}
}

func answer(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "%s %s", os.Getenv("NAME"), r.URL.Path)
}

func get(url string, host ...string) error {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if len(host) > 0 {
		request.Host = host[0]
	}
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"status": response.StatusCode,
		"header": response.Header,
		"body":   string(body),
	})
}
