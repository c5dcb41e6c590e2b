// Oracle answers what Go's own net/http does, for the tests beside it.
//
//	oracle proxies          a JSON list of URLs on stdin -> a JSON list: the proxy, "direct", or "error: …"
//	oracle get URL…         one line for each URL: "ok" or the error
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

func proxies() {
	var urls, answers []string
	if err := json.NewDecoder(os.Stdin).Decode(&urls); err != nil {
		panic(err)
	}
	for _, url := range urls {
		answers = append(answers, proxy(url))
	}
	json.NewEncoder(os.Stdout).Encode(answers)
}

func proxy(url string) string {
	request, err := http.NewRequest("GET", url, nil)
	if err != nil {
		return "invalid"
	}
	found, err := http.ProxyFromEnvironment(request)
	if err != nil {
		return "error: " + err.Error()
	}
	if found == nil {
		return "direct"
	}
	return found.String()
}

func get(url string) string {
	response, err := http.Get(url)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	io.Copy(io.Discard, response.Body)
	return "ok"
}

func main() {
	if os.Args[1] == "proxies" {
		proxies()
		return
	}
	for _, url := range os.Args[2:] {
		fmt.Println(get(url))
	}
}
