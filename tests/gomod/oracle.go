// Answers questions with Go's own packages: one JSON array of [operation, arguments…] in, one array of answers out.
package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"golang.org/x/mod/zip"
)

// Arguments and answers carry bytes as Latin-1, so that any byte can pass through JSON.
func bytesOf(s string) string {
	out := make([]byte, 0, len(s))
	for _, r := range s {
		out = append(out, byte(r))
	}
	return string(out)
}

func latin(s string) string {
	out := make([]rune, 0, len(s))
	for i := 0; i < len(s); i++ {
		out = append(out, rune(s[i]))
	}
	return string(out)
}

func fault(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func either(s string, err error) []string {
	if err != nil {
		return []string{"error", err.Error()}
	}
	return []string{"ok", s}
}

// A checksum database in memory: the content of every path, and the signed tree known before.
type database struct {
	key, latest string
	files       map[string]string
	forked      bool
}

func (d *database) ReadRemote(path string) ([]byte, error) {
	if data, ok := d.files[strings.TrimPrefix(path, "/")]; ok {
		return []byte(data), nil
	}
	return nil, errors.New("404 Not Found")
}
func (d *database) ReadConfig(file string) ([]byte, error) {
	if file == "key" {
		return []byte(d.key), nil
	}
	return []byte(d.latest), nil
}
func (d *database) WriteConfig(file string, old, new []byte) error {
	d.latest = string(new)
	return nil
}
func (d *database) ReadCache(file string) ([]byte, error) { return nil, errors.New("empty") }
func (d *database) WriteCache(file string, data []byte)   {}
func (d *database) Log(msg string)                        {}
func (d *database) SecurityError(msg string)              { d.forked = true }

func answer(op string, a []string) []string {
	switch op {
	case "quote":
		return []string{strconv.Quote(a[0])}
	case "unquote":
		return either(strconv.Unquote(a[0]))
	case "check_path":
		return []string{fault(module.CheckPath(a[0]))}
	case "check_import":
		return []string{fault(module.CheckImportPath(a[0]))}
	case "check_file":
		return []string{fault(module.CheckFilePath(a[0]))}
	case "escape_path":
		return either(module.EscapePath(a[0]))
	case "unescape_path":
		return either(module.UnescapePath(a[0]))
	case "escape_version":
		return either(module.EscapeVersion(a[0]))
	case "unescape_version":
		return either(module.UnescapeVersion(a[0]))
	case "split":
		prefix, major, ok := module.SplitPathVersion(a[0])
		return []string{prefix, major, strconv.FormatBool(ok)}
	case "check_major":
		return []string{fault(module.CheckPathMajor(a[0], a[1]))}
	case "semver":
		v := a[0]
		return []string{strconv.FormatBool(semver.IsValid(v)), module.CanonicalVersion(v), semver.Major(v),
			semver.Prerelease(v), semver.Build(v), strconv.FormatBool(module.IsPseudoVersion(v))}
	case "compare":
		return []string{strconv.Itoa(semver.Compare(a[0], a[1]))}
	case "sort":
		list := append([]string(nil), a...)
		semver.Sort(list)
		return list
	case "pseudo":
		base, err := module.PseudoVersionBase(a[0])
		rev, _ := module.PseudoVersionRev(a[0])
		t, terr := module.PseudoVersionTime(a[0])
		at := ""
		if terr == nil {
			at = t.Format("2006-01-02T15:04:05")
		}
		return []string{base, fault(err), rev, at}
	case "match":
		ok, err := path.Match(a[0], a[1])
		return []string{strconv.FormatBool(ok), fault(err)}
	case "prefix_patterns":
		return []string{strconv.FormatBool(module.MatchPrefixPatterns(a[0], a[1]))}
	case "url":
		u, err := url.Parse(a[0])
		if err != nil {
			return []string{"error", err.Error()}
		}
		return []string{"ok", u.Scheme, u.Host, u.Path, u.EscapedPath(), u.Redacted(), u.String()}
	case "check_zip":
		_, err := zip.CheckZip(module.Version{Path: a[0], Version: a[1]}, a[2])
		return []string{fault(err)}
	case "hash_zip":
		return either(dirhash.HashZip(a[0], dirhash.Hash1))
	case "gomod", "gomod_lax", "gowork":
		var got any
		var err error
		switch op {
		case "gomod":
			got, err = modfile.Parse("go.mod", []byte(a[0]), nil)
		case "gomod_lax":
			got, err = modfile.ParseLax("go.mod", []byte(a[0]), nil)
		default:
			got, err = modfile.ParseWork("go.work", []byte(a[0]), nil)
		}
		if err != nil {
			return []string{"error", err.Error()}
		}
		text, err := json.Marshal(got)
		return either(string(text), err)
	case "verifier":
		v, err := note.NewVerifier(a[0])
		if err != nil {
			return []string{"error", err.Error()}
		}
		return []string{"ok", v.Name(), strconv.FormatUint(uint64(v.KeyHash()), 10)}
	case "open_note":
		v, err := note.NewVerifier(a[0])
		if err != nil {
			return []string{"error", err.Error()}
		}
		n, err := note.Open([]byte(a[1]), note.VerifierList(v))
		if err != nil {
			return []string{"error", err.Error()}
		}
		return []string{"ok", n.Text}
	case "parse_tree":
		tree, err := tlog.ParseTree([]byte(a[0]))
		return either(strconv.FormatInt(tree.N, 10)+" "+tree.Hash.String(), err)
	case "parse_record":
		id, text, rest, err := tlog.ParseRecord([]byte(a[0]))
		return either(strconv.FormatInt(id, 10)+"|"+string(text)+"|"+string(rest), err)
	case "parse_tile":
		tile, err := tlog.ParseTilePath(a[0])
		return either(tile.Path(), err)
	case "sumdb": // key, latest, module, version, then pairs of path and content
		d := &database{key: a[0], latest: a[1], files: map[string]string{}}
		for i := 4; i+1 < len(a); i += 2 {
			d.files[a[i]] = a[i+1]
		}
		lines, err := sumdb.NewClient(d).Lookup(a[2], a[3])
		if d.forked {
			return []string{"forked"}
		}
		return either(strings.Join(lines, "\n")+"|"+d.latest, err)
	case "module_path":
		return []string{modfile.ModulePath([]byte(a[0]))}
	case "pseudo_version":
		at, err := time.Parse(time.RFC3339, a[2])
		if err != nil {
			panic(err)
		}
		return []string{module.PseudoVersion(a[0], a[1], at, a[3])}
	case "module_files":
		var files []zip.File
		for i := 0; i+1 < len(a); i += 2 {
			files = append(files, file{a[i], a[i+1]})
		}
		found, err := zip.CheckFiles(files)
		return append([]string{fault(err)}, found.Valid...)
	}
	return []string{"unknown operation " + op}
}

// A file in memory; one whose content begins with "-> " is a link.
type file struct{ path, content string }

func (f file) Path() string                 { return f.path }
func (f file) Open() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(f.content)), nil }
func (f file) Lstat() (fs.FileInfo, error)  { return f, nil }
func (f file) Name() string                 { return path.Base(f.path) }
func (f file) Size() int64                  { return int64(len(f.content)) }
func (f file) ModTime() time.Time           { return time.Time{} }
func (f file) IsDir() bool                  { return false }
func (f file) Sys() any                     { return nil }
func (f file) Mode() fs.FileMode {
	if strings.HasPrefix(f.content, "-> ") {
		return fs.ModeSymlink | 0777
	}
	return 0644
}

func main() {
	var questions [][]string
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		panic(err)
	}
	answers := make([][]string, len(questions))
	for i, q := range questions {
		args := make([]string, len(q)-1)
		for j, arg := range q[1:] {
			args[j] = bytesOf(arg)
		}
		for _, text := range answer(q[0], args) {
			answers[i] = append(answers[i], latin(text))
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
