package access

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Whatever is remembered was read by a statement that stands beside its Put. If that reads
// a table whose change makes nobody forget, somebody whose access ended would still come in.
func TestWhateverIsRememberedIsForgottenWhenWhatItWasReadFromChanges(t *testing.T) {
	var files []*ast.File
	consts := map[string]ast.Expr{} // of this package
	for _, dir := range []string{".", "../account", "../token"} {
		paths, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
			for _, d := range f.Decls {
				if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.CONST && dir == "." {
					for _, spec := range g.Specs {
						v := spec.(*ast.ValueSpec)
						for i := range v.Values {
							consts[v.Names[i].Name] = v.Values[i]
						}
					}
				}
			}
		}
	}
	// textIn is every text in n, and in the constants that it names.
	var textIn func(n ast.Node) string
	textIn = func(n ast.Node) (text string) {
		ast.Inspect(n, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if n.Kind == token.STRING {
					words, _ := strconv.Unquote(n.Value)
					text += words + "\n"
				}
			case *ast.Ident:
				if value, ok := consts[n.Name]; ok {
					text += textIn(value)
				}
			}
			return true
		})
		return text
	}
	from := regexp.MustCompile(`\b(?:FROM|JOIN)\s+(\w+)`)
	read := map[string][]string{}
	for _, f := range files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			puts := false
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && len(call.Args) == 3 {
					sel, ok := call.Fun.(*ast.SelectorExpr)
					puts = puts || ok && sel.Sel.Name == "Put"
				}
				return true
			})
			if !puts {
				continue
			}
			for _, m := range from.FindAllStringSubmatch(textIn(fn.Body), -1) {
				read[fn.Name.Name] = append(read[fn.Name.Name], m[1])
			}
		}
	}
	for _, name := range []string{"heldBy", "signedIn", "lookUp"} {
		if len(read[name]) == 0 {
			t.Errorf("%s reads no table: is what it remembers read elsewhere?", name)
		}
	}
	for name, tables := range read {
		for _, table := range tables {
			if !slices.Contains(remembered, table) {
				t.Errorf("%s remembers what it reads of %s, and no change of that makes anybody forget it", name, table)
			}
		}
	}
	if n := len(read); n != 3 {
		t.Errorf("%d statements are remembered, want 3: %v", n, read)
	}
}
