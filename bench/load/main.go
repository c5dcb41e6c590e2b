// Asks URLs over and over on so many connections for so many seconds, and prints one JSON object.
//
// It speaks HTTP/1.1 over plain sockets by itself: net/http takes more of the cores for a small file than the servers
// that are to be compared.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

var errAnswer = errors.New("not an answer that this client can read")

// line reads one line of a head, without its end.
func line(from *bufio.Reader) ([]byte, error) {
	found, err := from.ReadSlice('\n')
	return bytes.TrimRight(found, "\r\n"), err
}

// answer reads one answer and gives its status and the bytes of its body.
func answer(from *bufio.Reader) (status int, size int64, err error) {
	first, err := line(from)
	if err != nil {
		return 0, 0, err
	}
	if len(first) < 12 || !bytes.HasPrefix(first, []byte("HTTP/1.1 ")) {
		return 0, 0, errAnswer
	}
	if status, err = strconv.Atoi(string(first[9:12])); err != nil {
		return 0, 0, err
	}
	length, chunked := int64(-1), false
	for {
		header, err := line(from)
		if err != nil {
			return 0, 0, err
		}
		if len(header) == 0 {
			break
		}
		name, value, _ := bytes.Cut(header, []byte(":"))
		switch {
		case bytes.EqualFold(name, []byte("content-length")):
			if length, err = strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64); err != nil {
				return 0, 0, err
			}
		case bytes.EqualFold(name, []byte("transfer-encoding")):
			chunked = true
		}
	}
	if chunked {
		return status, 0, errors.Join(err, passChunks(from, &size))
	}
	if length < 0 {
		return 0, 0, errAnswer
	}
	return status, length, pass(from, length)
}

func pass(from *bufio.Reader, size int64) error {
	for size > 0 {
		gone, err := from.Discard(int(min(size, 1<<30)))
		size -= int64(gone)
		if err != nil {
			return err
		}
	}
	return nil
}

func passChunks(from *bufio.Reader, size *int64) error {
	for {
		head, err := line(from)
		if err != nil {
			return err
		}
		length, err := strconv.ParseInt(string(head), 16, 64)
		if err != nil {
			return err
		}
		*size += length
		if err := pass(from, length+2); err != nil || length == 0 {
			return err
		}
	}
}

func main() {
	connections := flag.Int("c", 32, "connections")
	seconds := flag.Float64("s", 3, "seconds; 0: each connection asks once")
	flag.Parse()
	var requests [][]byte
	var address string
	for _, one := range flag.Args() {
		target, err := url.Parse(one)
		if err != nil {
			panic(err)
		}
		address = target.Host
		head := "GET " + target.EscapedPath() + " HTTP/1.1\r\nHost: " + address + "\r\nUser-Agent: Go-http-client/1.1\r\n\r\n"
		requests = append(requests, []byte(head))
	}
	var answered, size, failed atomic.Int64
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
			var connection net.Conn
			var reader *bufio.Reader
			for at := n; ; at++ {
				began := time.Now()
				status, got, err := 0, int64(0), error(nil)
				if connection == nil {
					if connection, err = net.Dial("tcp", address); err == nil {
						reader = bufio.NewReaderSize(connection, 1<<18)
					}
				}
				if err == nil {
					if _, err = connection.Write(requests[at%len(requests)]); err == nil {
						status, got, err = answer(reader)
					}
				}
				size.Add(got)
				if err != nil || status != 200 {
					failed.Add(1)
					if connection != nil {
						connection.Close()
						connection = nil
					}
					if errors.Is(err, io.EOF) {
						time.Sleep(time.Millisecond)
					}
				} else {
					answered.Add(1)
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
	out, err := json.Marshal(map[string]any{"seconds": took, "requests": answered.Load(), "failed": failed.Load(),
		"bytes": size.Load(), "p99": p99})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(string(out))
}
