package house

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const (
	module       = "github.com/waymark-care/waymark/internal/"
	maxFileLines = 600
	maxLines     = 4000 // of a package
)

type source struct {
	path, pkg string // slash-separated, below internal
	file      *ast.File
	lines     int
}

// sources are every Go file below internal that is neither test nor generated.
func sources(t *testing.T) (*token.FileSet, []source) {
	all, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return fset, all
}

var fset = token.NewFileSet()

// parsed reads them once: each rule only looks at them.
var parsed = sync.OnceValues(func() (all []source, err error) {
	err = filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") ||
			strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(fset, path, text, parser.ParseComments)
		if err != nil {
			return err
		}
		rel := strings.TrimPrefix(filepath.ToSlash(path), "../")
		all = append(all, source{rel, strings.TrimSuffix(rel, "/"+filepath.Base(path)), f, bytes.Count(text, []byte("\n"))})
		return nil
	})
	return all, err
})

func rowOf(pkg string) int {
	return slices.IndexFunc(Rows, func(row []string) bool { return slices.Contains(row, pkg) })
}

func TestImportsOnlyGoDown(t *testing.T) {
	_, all := sources(t)
	for _, s := range all {
		if s.pkg == "house" || slices.Contains(Worlds, s.pkg) {
			continue
		}
		from := rowOf(s.pkg)
		if from < 0 {
			t.Errorf("%s: package %s stands in no row", s.path, s.pkg)
			continue
		}
		for _, spec := range s.file.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			if from < Grounded && s.pkg != Outward && (path == "net/http" || path == "html/template" || strings.Contains(path, "/templ")) {
				t.Errorf("%s imports %s: rules and records do not know of pages", s.path, path)
			}
			pkg, ours := strings.CutPrefix(path, module)
			if !ours {
				continue
			}
			to := rowOf(pkg)
			switch {
			case slices.Contains(Worlds, pkg):
				t.Errorf("%s imports %s, which is for tests", s.path, pkg)
			case slices.Contains(Behind, pkg) && from > rowOf("access"):
				t.Errorf("%s imports %s, which is behind the door", s.path, pkg)
			case slices.Contains(Never[s.pkg], pkg):
				t.Errorf("%s imports %s: never", s.path, pkg)
			case to < from, to == from && slices.Contains(Beside[s.pkg], pkg):
			default:
				t.Errorf("%s imports %s, which stands no lower", s.path, pkg)
			}
		}
	}
}

// TestOnlyOneAsksOutside checks that nobody else makes a request of their own.
func TestOnlyOneAsksOutside(t *testing.T) {
	asks := []string{"Client", "Transport", "DefaultClient", "DefaultTransport", "Get", "Post", "PostForm", "Head", "NewRequest", "NewRequestWithContext"}
	fset, all := sources(t)
	for _, s := range all {
		if s.pkg == Outward || slices.Contains(Worlds, s.pkg) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "http" && slices.Contains(asks, sel.Sel.Name) {
				t.Errorf("%s: http.%s: only %s asks other servers", fset.Position(n.Pos()), sel.Sel.Name, Outward)
			}
			return true
		})
	}
}

// TestDaysBeginByTheClocks checks that nobody reads a day at a place, or asks for its
// midnight there, but by clocks: where they are put forward at midnight both give the day
// before.
func TestDaysBeginByTheClocks(t *testing.T) {
	fset, all := sources(t)
	for _, s := range all {
		if s.pkg == "clocks" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			switch arg := func(i int) string { return types.ExprString(call.Args[i]) }; types.ExprString(call.Fun) {
			case "time.ParseInLocation":
				if layout := arg(0); layout == "time.DateOnly" || layout == "isoDay" || layout == `"2006-01-02"` {
					t.Errorf("%s: %s: ask clocks.Day", fset.Position(n.Pos()), types.ExprString(call))
				}
			case "time.Date":
				if arg(3) == "0" && arg(4) == "0" && arg(5) == "0" && arg(7) != "time.UTC" {
					t.Errorf("%s: %s: ask clocks.Begins", fset.Position(n.Pos()), types.ExprString(call))
				}
			}
			return true
		})
	}
}

// TestEveryPackageThatIsNamedIsThere checks that no rule is about a package that is gone, or
// never was: it would be kept by nobody.
func TestEveryPackageThatIsNamedIsThere(t *testing.T) {
	_, all := sources(t)
	there := map[string]bool{}
	for _, s := range all {
		there[s.pkg] = true
	}
	check := func(where string, pkgs ...string) {
		for _, pkg := range pkgs {
			if !there[pkg] {
				t.Errorf("%s names %s, and there is no such package", where, pkg)
			}
		}
	}
	for i, row := range Rows {
		check("row "+strconv.Itoa(i), row...)
	}
	for pkg, beside := range Beside {
		check("Beside", append(beside, pkg)...)
	}
	for pkg, never := range Never {
		check("Never", append(never, pkg)...)
	}
	for pkg := range Giving {
		check("Giving", pkg)
	}
	check("Worlds", Worlds...)
	check("Behind", Behind...)
	check("Glancing", Glancing...)
	check("Mixed", Mixed...)
	check("Outward", Outward)
}

// TestFewGive checks that nobody but Giving gives or ends grants, or destroys keys.
func TestFewGive(t *testing.T) {
	fset, all := sources(t)
	for _, s := range all {
		if rowOf(s.pkg) <= rowOf("access") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, _ := sel.X.(*ast.Ident)
			grants := x != nil && x.Name == "access" && slices.Contains([]string{"Give", "End", "EndAllOf", "EraseRows", "EraseCounted"}, sel.Sel.Name)
			if x != nil && x.Name == "access" && (sel.Sel.Name == "Noted" && s.pkg != "account" || sel.Sel.Name == "NotedIn" && s.pkg != "token") {
				t.Errorf("%s: only account and token say what they found out about whoever asks", fset.Position(n.Pos()))
			}
			if x != nil && x.Name == "access" && (sel.Sel.Name == "Remember" || sel.Sel.Name == "Recalled") && s.pkg != "account" && s.pkg != "token" {
				t.Errorf("%s: only account and token remember what they found out about whoever asks", fset.Position(n.Pos()))
			}
			if inner, ok := sel.X.(*ast.SelectorExpr); ok && sel.Sel.Name == "Forget" {
				grants = grants || inner.Sel.Name == "door"
			}
			if (grants || sel.Sel.Name == "Forget" && x != nil && x.Name == "door") && !slices.Contains(Giving[s.pkg], sel.Sel.Name) {
				t.Errorf("%s: only %v may do that", fset.Position(n.Pos()), Giving)
			}
			return true
		})
	}
}

// TestFewGlance checks that nobody but Glancing reads without a decision.
func TestFewGlance(t *testing.T) {
	fset, all := sources(t)
	for _, s := range all {
		if rowOf(s.pkg) <= rowOf("access") || slices.Contains(Glancing, s.pkg) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Glance" {
				t.Errorf("%s: only %v may glance", fset.Position(n.Pos()), Glancing)
			}
			return true
		})
	}
}

func TestFilesStaySmall(t *testing.T) {
	_, all := sources(t)
	for _, s := range all {
		if s.lines > maxFileLines {
			t.Errorf("%s has %d lines: more than %d", s.path, s.lines, maxFileLines)
		}
	}
	whole := map[string]int{}
	for _, s := range all {
		whole[s.pkg] += s.lines
	}
	for pkg, lines := range whole {
		if lines > maxLines {
			t.Errorf("%s has %d lines: more than %d", pkg, lines, maxLines)
		}
	}
}

func TestPackagesSayWhatTheyAre(t *testing.T) {
	_, all := sources(t)
	doc := map[string]bool{}
	for _, s := range all {
		doc[s.pkg] = doc[s.pkg] || s.file.Doc != nil
		for _, bad := range []string{"util", "utils", "common", "helper", "helpers", "model", "models", "service", "types", "misc"} {
			if filepath.Base(s.pkg) == bad {
				t.Errorf("%s: %q does not say what is in it", s.pkg, bad)
			}
		}
	}
	for pkg, ok := range doc {
		if !ok && !strings.HasSuffix(pkg, "web/ui") {
			t.Errorf("%s has no package comment", pkg)
		}
	}
}

// TestTheTableOfPackagesNamesThemAll checks the table that newcomers read.
func TestTheTableOfPackagesNamesThemAll(t *testing.T) {
	text, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| row | packages |")
	table, _, _ = strings.Cut(table, "\n\n")
	var told []string
	for i, part := range strings.Split(table, "`") {
		if i%2 == 1 {
			told = append(told, strings.Fields(part)...)
		}
	}
	for _, pkg := range told {
		if rowOf(pkg) < 0 {
			t.Errorf("CONTRIBUTING.md names %s, which stands in no row", pkg)
		}
	}
	for _, row := range Rows {
		for _, pkg := range row {
			if !slices.Contains(told, pkg) {
				t.Errorf("CONTRIBUTING.md does not name %s", pkg)
			}
		}
	}
}

// statement is how a statement of SQL begins.
var statement = regexp.MustCompile(`^["` + "`" + `]\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s`)

func TestDomainsKeepTheirStatementsTogether(t *testing.T) {
	fset, all := sources(t)
	seen := 0
	for _, s := range all {
		if rowOf(s.pkg) != Domains || slices.Contains(Mixed, s.pkg) {
			continue
		}
		together := strings.HasPrefix(filepath.Base(s.path), "sql")
		ast.Inspect(s.file, func(n ast.Node) bool {
			text, ok := n.(*ast.BasicLit)
			if !ok || text.Kind != token.STRING || !statement.MatchString(text.Value) {
				return true
			}
			if seen++; !together {
				t.Errorf("%s: a statement stands outside of sql*.go", fset.Position(text.Pos()))
			}
			return true
		})
	}
	if seen < 200 {
		t.Errorf("found only %d statements", seen)
	}
}
