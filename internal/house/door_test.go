package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A method is named by its package, the type of its receiver, and its own name.
type method struct{ pkg, recv, name string }

// methods gathers the functions and methods of every package; functions have no receiver.
func methods(all []source) map[method]*ast.FuncDecl {
	found := map[method]*ast.FuncDecl{}
	for _, s := range all {
		for _, decl := range s.file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil {
				found[method{s.pkg, receiver(fn), fn.Name.Name}] = fn
			}
		}
	}
	return found
}

func receiver(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return ""
	}
	typ := fn.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	id, _ := typ.(*ast.Ident)
	if id == nil {
		return "?"
	}
	return id.Name
}

// TestDoorComesFirst checks that every exported method of a domain that is told
// who is asking, or stands for anyone, begins by asking the door, itself or by a
// method of its receiver; or leaves everything but making keys to such methods.
// Who stands for anyone may look before at what anyone brought with them.
func TestDoorComesFirst(t *testing.T) {
	fset, all := sources(t)
	known := methods(all)
	seen := 0
	for m, fn := range known {
		if rowOf(m.pkg) != Domains || m.recv == "" || !fn.Name.IsExported() || !takesActor(fn) && !mentions(fn, "access", "Anyone") {
			continue
		}
		seen++
		if !opensDoor(fn.Body) && !forwards(known, m, 0) && !asksFirst(known, m) {
			t.Errorf("%s: %s neither begins at the door nor leaves all to methods that do", fset.Position(fn.Pos()), m.name)
		}
	}
	if seen == 0 {
		t.Error("found no method that takes an actor")
	}
}

// TestTheDoorRuleFindsWhoGoesAround checks the rule itself.
func TestTheDoorRuleFindsWhoGoesAround(t *testing.T) {
	const text = `package d
func (x *X) Good(ctx C, a access.Actor) error { tx, err := x.door.Begin(ctx, a, 1, 2); return err }
func (x *X) Forwards(ctx C, a access.Actor) error { x.door.Prepare(ctx); return x.good(ctx, a) }
func (x *X) Around(ctx C, a access.Actor) error { return x.read(ctx) }
func (x *X) Late(ctx C, a access.Actor) error { x.read(ctx); tx, err := x.door.Begin(ctx, a, 1, 2); return err }
func (x *X) Both(ctx C, a access.Actor) error { if ok { return x.good(ctx, a) }; tx, _ := x.door.Glance(ctx); return tx.Exec(ctx) }
func (x *X) Helped(ctx C, a access.Actor) error { err := x.good(ctx, a); tx, err := x.door.Begin(ctx, a, 1, 2); return err }
func (x *X) Anyone(ctx C, p string) error { check(p); tx, err := x.door.Begin(ctx, access.Anyone(p), 1, 2); return err }
func (x *X) Peeks(ctx C, p string) error { tx.Query(ctx); tx, err := x.door.Begin(ctx, access.Anyone(p), 1, 2); return err }
func (x *X) good(ctx C, a access.Actor) error { tx, err := x.door.Begin(ctx, a, 1, 2); return err }
func (x *X) read(ctx C) error { return nil }`
	f, err := parser.ParseFile(token.NewFileSet(), "d.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	known := methods([]source{{pkg: "d", file: f}})
	for name, want := range map[string]bool{"Good": true, "Forwards": true, "Around": false, "Late": false, "Both": false, "Helped": true, "Anyone": true, "Peeks": false} {
		m := method{"d", "X", name}
		if got := opensDoor(known[m].Body) || forwards(known, m, 0) || asksFirst(known, m); got != want {
			t.Errorf("%s passes: %t, want %t", name, got, want)
		}
	}
}

func takesActor(fn *ast.FuncDecl) bool {
	return slices.ContainsFunc(fn.Type.Params.List, func(f *ast.Field) bool {
		sel, ok := f.Type.(*ast.SelectorExpr)
		return ok && sel.Sel.Name == "Actor"
	})
}

func opensDoor(body *ast.BlockStmt) bool {
	if len(body.List) == 0 {
		return false
	}
	assign, ok := body.List[0].(*ast.AssignStmt)
	return ok && len(assign.Rhs) == 1 && begins(assign.Rhs[0])
}

// begins says whether e asks the door.
func begins(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Begin" && sel.Sel.Name != "BeginList" {
		return false
	}
	door, ok := sel.X.(*ast.SelectorExpr)
	return ok && door.Sel.Name == "door"
}

// forwards says whether m has no transaction of its own in hand, and calls a
// method of its receiver that begins at the door.
func forwards(known map[method]*ast.FuncDecl, m method, depth int) bool {
	fn := known[m]
	if fn == nil || depth > 2 || len(fn.Recv.List[0].Names) == 0 {
		return false
	}
	self, clean, asks := fn.Recv.List[0].Names[0].Name, true, false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if slices.Contains([]string{"Begin", "BeginList", "Glance", "Exec", "Query", "QueryRow", "Open", "OpenIn"}, sel.Sel.Name) {
			clean = false
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == self {
			next := method{m.pkg, m.recv, sel.Sel.Name}
			if to := known[next]; to != nil && (opensDoor(to.Body) || forwards(known, next, depth+1)) {
				asks = true
			}
		}
		return true
	})
	return clean && asks
}

// asksFirst says whether the first statement of m, or, if it is told of no
// actor, the first call that could reach anything, asks the door.
func asksFirst(known map[method]*ast.FuncDecl, m method) bool {
	fn := known[m]
	if len(fn.Body.List) == 0 || len(fn.Recv.List[0].Names) == 0 {
		return false
	}
	self := fn.Recv.List[0].Names[0].Name
	var look ast.Node = fn.Body
	if takesActor(fn) {
		first, ok := fn.Body.List[0].(*ast.AssignStmt)
		if !ok {
			return false
		}
		look = first
	}
	decided, asks := false, false
	ast.Inspect(look, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || decided {
			return !decided
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, _ := sel.X.(*ast.Ident)
		own := known[method{m.pkg, m.recv, sel.Sel.Name}]
		switch {
		case begins(call), x != nil && x.Name == self && own != nil && takesActor(own) && opensDoor(own.Body):
			decided, asks = true, true
		case slices.Contains([]string{"Glance", "Exec", "Query", "QueryRow", "Open", "OpenIn"}, sel.Sel.Name):
			decided = true
		}
		return true
	})
	return asks
}

func mentions(fn *ast.FuncDecl, pkg, name string) (found bool) {
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == name {
			x, _ := sel.X.(*ast.Ident)
			found = found || x != nil && x.Name == pkg
		}
		return true
	})
	return found
}

// slow are the calls that make others wait: by package, and which of it (all, if none).
var slow = map[string][]string{
	"argon2": nil, "bcrypt": nil, "scrypt": nil, "http": nil, "net": nil, "tls": nil, "exec": nil, "smtp": nil,
	"time":   {"Sleep", "After", "Tick"},
	"hasher": {"Make", "Matches"}, // of passwords, which account keeps by this name
	"os":     {"Create", "OpenFile", "Open", "WriteFile", "ReadFile", "Rename", "Remove", "RemoveAll", "Mkdir", "MkdirAll"},
}

// TestNothingSlowInAChange checks that no function of a domain that begins a
// transaction, or is given one, calls what makes everybody else who writes wait;
// directly, or by another function of its package.
func TestNothingSlowInAChange(t *testing.T) {
	fset, all := sources(t)
	known := methods(all)
	waits := map[method]string{} // functions that wait, and for what
	for changed := true; changed; {
		changed = false
		for m, fn := range known {
			if rowOf(m.pkg) != Domains || waits[m] != "" {
				continue
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if why := waitsFor(call, m, fn, waits); why != "" && waits[m] == "" {
					waits[m], changed = why, true
				}
				return true
			})
		}
	}
	if len(waits) == 0 {
		t.Error("found nothing slow in any domain, not even where passwords are hashed")
	}
	seen := 0
	for m, fn := range known {
		if rowOf(m.pkg) != Domains || !holdsTx(fn) {
			continue
		}
		seen++
		if why := waits[m]; why != "" {
			t.Errorf("%s: %s holds a transaction and waits for %s", fset.Position(fn.Pos()), m.name, why)
		}
	}
	if seen == 0 {
		t.Error("found no transaction")
	}
}

func waitsFor(call *ast.CallExpr, m method, fn *ast.FuncDecl, waits map[method]string) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return waits[method{m.pkg, "", f.Name}]
	case *ast.SelectorExpr:
		x, _ := f.X.(*ast.Ident)
		if part, ok := f.X.(*ast.SelectorExpr); ok { // a.hasher, and the like
			x = part.Sel
		}
		if x == nil {
			return ""
		}
		if names, ok := slow[x.Name]; ok && x.Obj == nil && (names == nil || slices.Contains(names, f.Sel.Name)) {
			return x.Name + "." + f.Sel.Name
		}
		if fn.Recv != nil && len(fn.Recv.List[0].Names) > 0 && x.Name == fn.Recv.List[0].Names[0].Name {
			return waits[method{m.pkg, m.recv, f.Sel.Name}]
		}
	}
	return ""
}

// holdsTx says whether fn is given a transaction, or begins at the door.
func holdsTx(fn *ast.FuncDecl) bool {
	given := slices.ContainsFunc(fn.Type.Params.List, func(f *ast.Field) bool {
		star, ok := f.Type.(*ast.StarExpr)
		if !ok {
			return false
		}
		sel, ok := star.X.(*ast.SelectorExpr)
		return ok && sel.Sel.Name == "Tx"
	})
	return given || opensDoor(fn.Body)
}

// TestWhatIsBegunIsEnded checks that whoever begins a transaction ends it,
// whatever happens in between: nobody could write any more.
func TestWhatIsBegunIsEnded(t *testing.T) {
	fset, all := sources(t)
	for m, fn := range methods(all) {
		if rowOf(m.pkg) <= rowOf("access") {
			continue
		}
		begun, ended := 0, 0
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if len(n.Rhs) == 1 && begins(n.Rhs[0]) {
					begun++
				}
			case *ast.DeferStmt:
				if sel, ok := n.Call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Rollback" {
					ended++
				}
			}
			return true
		})
		if begun > ended {
			t.Errorf("%s: %s begins %d transactions and defers %d Rollbacks", fset.Position(fn.Pos()), m.name, begun, ended)
		}
	}
}

// TestNobodyEndsWhatOthersShare checks that no statement above the door ends or
// marks a transaction, which others may share, or sets up the database.
func TestNobodyEndsWhatOthersShare(t *testing.T) {
	fset, all := sources(t)
	for _, s := range all {
		if rowOf(s.pkg) <= rowOf("access") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, _ := strconv.Unquote(lit.Value)
			for _, word := range []string{"COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "BEGIN", "ATTACH", "DROP TABLE", "ALTER TABLE", "CREATE TABLE"} {
				if word == "BEGIN" && s.pkg == "feed" {
					continue // a calendar begins so, too
				}
				if strings.HasPrefix(strings.TrimSpace(text), word) {
					t.Errorf("%s: %q belongs to store and audit alone", fset.Position(n.Pos()), word)
				}
			}
			return true
		})
	}
}

// TestErrorsAndContextsStayWhereTheyBelong checks that no page shows an error's
// own text, which is for the operator, and that no domain leaves the visit.
func TestErrorsAndContextsStayWhereTheyBelong(t *testing.T) {
	fset, all := sources(t)
	for _, s := range all {
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, _ := sel.X.(*ast.Ident)
			if strings.HasPrefix(s.pkg, "web") && sel.Sel.Name == "Error" && len(call.Args) == 0 {
				t.Errorf("%s: the text of an error is for the operator", fset.Position(n.Pos()))
			}
			if rowOf(s.pkg) == Domains && x != nil && x.Name == "context" && (sel.Sel.Name == "Background" || sel.Sel.Name == "TODO") {
				t.Errorf("%s: a domain acts within a visit", fset.Position(n.Pos()))
			}
			return true
		})
	}
}
