// Oracle answers what Go's own net/http does, for the tests beside it.
//
//	oracle proxies          a JSON list of URLs on stdin -> a JSON list: the proxy, "direct", or "error: …"
//	oracle get URL…         one line for each URL: "ok" or the error
//	oracle answers          a JSON list of answers as on the wire (base64) on stdin -> a JSON list: what came of each
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
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

type answer struct {
	Status int
	Header map[string][]string
	Body   []byte
	Cut    bool // the head or the body was no good
}

func answers() {
	var wires [][]byte
	if err := json.NewDecoder(os.Stdin).Decode(&wires); err != nil {
		panic(err)
	}
	found := []answer{}
	for _, wire := range wires {
		found = append(found, read(wire))
	}
	json.NewEncoder(os.Stdout).Encode(found)
}

func read(wire []byte) answer {
	listening, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer listening.Close()
	go func() {
		connection, err := listening.Accept()
		if err != nil {
			return
		}
		http.ReadRequest(bufio.NewReader(connection))
		connection.Write(wire)
		connection.Close()
	}()
	client := http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	response, err := client.Get("http://" + listening.Addr().String() + "/x")
	if err != nil {
		return answer{Cut: true}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, body, err != nil}
}

func main() {
	if os.Args[1] == "proxies" {
		proxies()
		return
	}
	if os.Args[1] == "answers" {
		answers()
		return
	}
	for _, url := range os.Args[2:] {
		fmt.Println(get(url))
	}
}
