package i18n

import (
	"fmt"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"animo/bot/chat"
)

// uses is what Go source says about messages.
type uses struct {
	literals map[string]bool // every string literal
	prefixes map[string]bool // literals to which something is added
	faults   []string
}

// alive lists areas whose ids are built from commands and findings.
var alive = []string{"cmd.", "finding."}

// sayers are the functions that take an id first, and the arguments that they
// add themselves.
var sayers = map[string][]string{"Line": nil, "Text": nil, "Wording": nil, "Has": nil, "refuse": {"text"}}

// notCount is what argNames gives for an argument called count that does not
// choose the plural form.
const notCount = "count, made by something else than Count"

func (u *uses) read(b *Bundle, file *ast.File, where func(gotoken.Pos) string) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			if s, ok := literal(n); ok {
				u.literals[s] = true
			}
		case *ast.BinaryExpr:
			if s, ok := literal(n.X); ok && n.Op == gotoken.ADD && strings.HasSuffix(s, ".") {
				u.prefixes[s] = true
			}
		case *ast.CallExpr:
			if fault := u.call(b, n); fault != "" {
				u.faults = append(u.faults, where(n.Pos())+": "+fault)
			}
		}
		return true
	})
}

func (u *uses) call(b *Bundle, c *ast.CallExpr) string {
	selector, ok := c.Fun.(*ast.SelectorExpr)
	if !ok || len(c.Args) == 0 {
		return ""
	}
	given, isSayer := sayers[selector.Sel.Name]
	id, ok := literal(c.Args[0])
	if !isSayer || !ok || !wellFormedID.MatchString(id) {
		return ""
	}
	if !slices.Contains(b.IDs(chat.English), id) {
		return fmt.Sprintf("message %q is in no catalogue", id)
	}
	names, known := argNames(c)
	if selector.Sel.Name == "Has" || !known {
		return ""
	}
	for _, name := range b.Args(chat.English, id) {
		if !slices.Contains(names, name) && !slices.Contains(given, name) {
			return fmt.Sprintf("message %q lacks its argument %q", id, name)
		}
	}
	for _, name := range names {
		if name != countName && !slices.Contains(b.Args(chat.English, id), name) {
			return fmt.Sprintf("message %q has no argument %q", id, name)
		}
	}
	return ""
}

// argNames reads the names of the arguments of a call; false if they are not
// all written there.
func argNames(c *ast.CallExpr) ([]string, bool) {
	var names []string
	for _, arg := range c.Args[1:] {
		made, ok := arg.(*ast.CallExpr)
		if !ok || c.Ellipsis.IsValid() {
			return nil, false
		}
		maker := ""
		switch f := made.Fun.(type) {
		case *ast.Ident:
			maker = f.Name
		case *ast.SelectorExpr:
			maker = f.Sel.Name
		}
		if maker == "Count" {
			names = append(names, countName)
			continue
		}
		if !slices.Contains([]string{"Str", "In", "Num"}, maker) || len(made.Args) == 0 {
			return nil, false
		}
		name, ok := literal(made.Args[0])
		if !ok {
			return nil, false
		}
		if name == countName {
			name = notCount
		}
		names = append(names, name)
	}
	return names, true
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != gotoken.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// dead lists the messages that nothing says.
func (u *uses) dead(b *Bundle) []string {
	var out []string
	for _, id := range b.IDs(chat.English) {
		begins := func(prefix string) bool { return strings.HasPrefix(id, prefix) }
		living := u.literals[id] || slices.ContainsFunc(alive, begins)
		for prefix := range u.prefixes {
			living = living || begins(prefix)
		}
		if !living {
			out = append(out, id)
		}
	}
	return out
}

func newUses() *uses { return &uses{literals: make(map[string]bool), prefixes: make(map[string]bool)} }

func TestTheCodeSaysWhatTheCataloguesHold(t *testing.T) {
	b, u, files := embedded(t), newUses(), gotoken.NewFileSet()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(files, path, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		u.read(b, file, func(p gotoken.Pos) string { return files.Position(p).String() })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range u.faults {
		t.Error(fault)
	}
	for _, id := range u.dead(b) {
		t.Errorf("message %q: nothing says it", id)
	}
}

func TestDeadAndMissingMessagesAreFound(t *testing.T) {
	b := bundleOf(t, map[string]string{"x.en.toml": `
"cmd.go.name" = "go"
"x.built.one" = "built"
"x.dead" = "dead"
"x.many" = "{{.count}}"
"x.said" = "said {{.a}}"`})
	u := newUses()
	file, err := parser.ParseFile(gotoken.NewFileSet(), "x.go", `package x
func f() {
	p.Line("x.said", i18n.Str("a", v))
	p.Line("x.said")
	p.Text("x.said", i18n.Str("a", v), i18n.Num("b", 1))
	p.Line("x.said", args...)
	p.Text("x.missing")
	p.Line("x.many", i18n.Count(2))
	p.Line("x.many", i18n.Num("count", 2))
	p.Line("x.built." + kind)
}`, 0)
	if err != nil {
		t.Fatal(err)
	}
	u.read(b, file, func(gotoken.Pos) string { return "x.go" })
	want := []string{
		`x.go: message "x.said" lacks its argument "a"`,
		`x.go: message "x.said" has no argument "b"`,
		`x.go: message "x.missing" is in no catalogue`,
		`x.go: message "x.many" lacks its argument "count"`,
	}
	if !slices.Equal(u.faults, want) {
		t.Errorf("faults %q", u.faults)
	}
	if dead := u.dead(b); !slices.Equal(dead, []string{"x.dead"}) {
		t.Errorf("dead %q", dead)
	}
}
