// Answers questions with Go's own packages: one JSON array of [operation, arguments…] in, one array of answers out.
package main

import (
	"encoding/json"
	"net/url"
	"os"
	"path"
	"strconv"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/mod/sumdb/dirhash"
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
	case "module_path":
		return []string{modfile.ModulePath([]byte(a[0]))}
	}
	return []string{"unknown operation " + op}
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
