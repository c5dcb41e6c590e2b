// Asks URLs over and over on so many connections for so many seconds, and prints one JSON object.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	connections := flag.Int("c", 32, "connections")
	seconds := flag.Float64("s", 3, "seconds; 0: each connection asks once")
	flag.Parse()
	transport := &http.Transport{MaxIdleConnsPerHost: *connections, DisableCompression: true, ReadBufferSize: 1 << 16}
	client := &http.Client{Transport: transport}
	var requests, bytes, failed atomic.Int64
	var lock sync.Mutex
	var times []float64
	var group sync.WaitGroup
	start := time.Now()
	end := start.Add(time.Duration(*seconds * float64(time.Second)))
	for n := range *connections {
		group.Add(1)
		go func() {
			defer group.Done()
			var own []float64
			for at := n; ; at++ {
				began := time.Now()
				answer, err := client.Get(flag.Arg(at % flag.NArg()))
				if err == nil {
					var size int64
					size, err = io.Copy(io.Discard, answer.Body)
					answer.Body.Close()
					bytes.Add(size)
				}
				if err != nil || answer.StatusCode != 200 {
					failed.Add(1)
				} else {
					requests.Add(1)
					own = append(own, time.Since(began).Seconds())
				}
				if *seconds == 0 || time.Now().After(end) {
					break
				}
			}
			lock.Lock()
			times = append(times, own...)
			lock.Unlock()
		}()
	}
	group.Wait()
	took := time.Since(start).Seconds()
	sort.Float64s(times)
	p99 := 0.0
	if len(times) > 0 {
		p99 = times[len(times)*99/100]
	}
	out, err := json.Marshal(map[string]any{"seconds": took, "requests": requests.Load(), "failed": failed.Load(),
		"bytes": bytes.Load(), "p99": p99})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(string(out))
}
