package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// This file holds the rules of the house: who may import whom, how long things
// may be, and what no package may do. .golangci.yml states the import rules
// too, for editors; this is the one that fails the tests.

const (
	module    = "animo"
	maxFile   = 500 // lines
	maxFunc   = 60  // lines, without tables inside
	platforms = "the platform's library stays behind its adapter; ask a chat.Platform or a chat.Capabilities instead"
	drivers   = "the driver's library stays behind its driver; ask a storage.Store instead"
)

// source is one Go file.
type source struct {
	path string // from the top folder, with slashes
	text string
	ast  *ast.File
	fset *token.FileSet
}

func (s source) dir() string { return path.Dir(s.path) }

// isTest says whether the file only serves tests: those files may do more.
func (s source) isTest() bool {
	return strings.HasSuffix(s.path, "_test.go") || strings.HasSuffix(s.dir(), "test") || under(s.path, "bot/e2e", "bot/bench")
}

func (s source) line(p token.Pos) int { return s.fset.Position(p).Line }

func (s source) at(p token.Pos) string { return fmt.Sprintf("%s:%d", s.path, s.line(p)) }

func (s source) imports() []string {
	var out []string
	for _, i := range s.ast.Imports {
		out = append(out, strings.Trim(i.Path.Value, `"`))
	}
	return out
}

// under says whether a path or import stands in one of the folders or is one.
func under(p string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return p == f || strings.HasPrefix(p, f+"/") })
}

// ours returns the folder that an import of ours stands for.
func ours(imported string) (folder string, ok bool) {
	return strings.CutPrefix(imported, module+"/")
}

// plant makes a source of a text, for the tests of the rules themselves.
func plant(t *testing.T, path, text string) source {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("%v; mend the file first", err)
	}
	return source{path: path, text: text, ast: f, fset: fset}
}

// readFiles reads the repository's files, by their path from the top.
var readFiles = sync.OnceValues(func() (map[string]string, error) {
	files := map[string]string{}
	err := filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".git" {
				return filepath.SkipDir
			}
			return nil
		}
		info, err := d.Info()
		if err != nil || !d.Type().IsRegular() || info.Size() > 2<<20 {
			return err
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel("..", p)
		files[filepath.ToSlash(rel)] = string(text)
		return err
	})
	return files, err
})

// sources returns every Go file of the repository, in the order of paths.
func sources(t *testing.T) []source {
	t.Helper()
	files, err := readFiles()
	if err != nil {
		t.Fatal(err)
	}
	var out []source
	for p, text := range files {
		if strings.HasSuffix(p, ".go") && !strings.Contains(p, "/testdata/") {
			out = append(out, plant(t, p, text))
		}
	}
	slices.SortFunc(out, func(a, b source) int { return strings.Compare(a.path, b.path) })
	return out
}

// report fails the test for each complaint.
func report(t *testing.T, complaints []string) {
	t.Helper()
	for _, c := range complaints {
		t.Error(c)
	}
}

// importRule says what some files must not import.
type importRule struct {
	name    string
	applies func(file string) bool
	forbids func(file, imported string) bool
	remedy  string
}

// library forbids a library outside of the one folder that may use it.
func library(name, home, remedy string) importRule {
	return importRule{
		name:    name + " only in " + home,
		applies: func(file string) bool { return !under(file, home) },
		forbids: func(_, imported string) bool { return under(imported, name) },
		remedy:  remedy,
	}
}

// isKind says whether a file belongs to a game's rules, games/<kind>, and not
// to the contract or to what performs and tests them.
func isKind(file string) bool {
	parts := strings.Split(file, "/")
	return len(parts) > 2 && parts[0] == "games" && parts[1] != "engine" && parts[1] != "gamestest"
}

// importRules are those of DESIGN section 1.
func importRules() []importRule {
	ends := []string{"bot/discord", "bot/slack", "storage/sqlite", "storage/redis"}
	return []importRule{
		{
			"bot/chat imports nothing of ours",
			func(file string) bool { return path.Dir(file) == "bot/chat" },
			func(_, imported string) bool { _, ok := ours(imported); return ok },
			"move what is needed into bot/chat if it is vocabulary, else to its user",
		},
		library("github.com/bwmarrin/discordgo", "bot/discord", platforms),
		library("github.com/slack-go/slack", "bot/slack", platforms),
		library("github.com/redis/go-redis", "storage/redis", drivers),
		library("github.com/go-redis", "storage/redis", drivers),
		library("modernc.org/sqlite", "storage/sqlite", drivers),
		{
			"adapters and drivers know neither each other nor commands, games and web",
			func(file string) bool { return under(file, ends...) },
			func(file, imported string) bool {
				folder, ok := ours(imported)
				if !ok || slices.ContainsFunc(ends, func(e string) bool { return under(file, e) && under(folder, e) }) {
					return false
				}
				return under(folder, append([]string{"commands", "games", "bot/web"}, ends...)...)
			},
			"let bot/app hand over what is needed, through an interface that the user declares",
		},
		{
			"a game imports games, chat, i18n and what games share of ours",
			isKind,
			func(file, imported string) bool {
				folder, ok := ours(imported)
				own := strings.Join(strings.Split(file, "/")[:2], "/")
				return ok && !under(folder, "bot/chat", "bot/i18n", "games/eligibility", "games/proof", "games/terms", own) && folder != "games"
			},
			"a game decides and the engine performs: return an Outcome that says what is to be done",
		},
		{
			"a game has no clock, network, store, logger or chance of its own",
			isKind,
			func(_, imported string) bool {
				pure := under(imported, "net/url", "net/netip", "math/rand/v2") // v2 can be seeded with what the engine gives
				return !pure && under(imported, "net", "os", "log", "database/sql", "syscall", "math/rand", "crypto/rand")
			},
			"state, event, now, seed and printer are arguments of Start, Decide and Show; take what is needed from them",
		},
		{
			"the sandbox imports nothing of ours",
			func(file string) bool { return under(file, "bot/sandbox") },
			func(_, imported string) bool {
				folder, ok := ours(imported)
				return ok && !under(folder, "bot/sandbox")
			},
			"it is the other end of the wire: write it from the platforms' documentation, never from our adapters",
		},
	}
}

func brokenImports(all []source) (out []string) {
	for _, s := range all {
		if s.isTest() {
			continue
		}
		for _, r := range importRules() {
			for _, imported := range s.imports() {
				if r.applies(s.path) && r.forbids(s.path, imported) {
					out = append(out, fmt.Sprintf("%s imports %s, against the rule that %s: %s", s.path, imported, r.name, r.remedy))
				}
			}
		}
	}
	return out
}

func TestNobodyKnowsWhomTheyMustNot(t *testing.T) { report(t, brokenImports(sources(t))) }

func TestTheImportRulesCatchWhatTheyForbid(t *testing.T) {
	for _, row := range []struct {
		file, imported string
		wrong          bool
	}{
		{"bot/chat/card.go", "animo/bot/i18n", true},
		{"bot/chat/card.go", "fmt", false},
		{"bot/chat/chattest/a.go", "animo/bot/chat", false},
		{"bot/app/app.go", "github.com/bwmarrin/discordgo", true},
		{"bot/discord/speak.go", "github.com/bwmarrin/discordgo", false},
		{"bot/discord/speak_test.go", "github.com/slack-go/slack", false},
		{"bot/discord/speak.go", "animo/bot/discord/gateway", false},
		{"bot/discord/speak.go", "animo/bot/slack", true},
		{"bot/slack/speak.go", "animo/commands", true},
		{"storage/sqlite/store.go", "animo/storage", false},
		{"storage/sqlite/store.go", "animo/games/poll", true},
		{"storage/redis/store.go", "github.com/redis/go-redis/v9", false},
		{"bot/jobs/runner.go", "github.com/redis/go-redis/v9", true},
		{"bot/outbox/a.go", "modernc.org/sqlite", true},
		{"games/giveaway/decide.go", "animo/games", false},
		{"games/giveaway/decide.go", "animo/bot/i18n", false},
		{"games/giveaway/decide.go", "animo/games/poll", true},
		{"games/giveaway/decide.go", "animo/games/eligibility", false},
		{"games/eligibility/judge.go", "animo/games/giveaway", true},
		{"games/giveaway/decide.go", "animo/storage", true},
		{"games/giveaway/decide.go", "log/slog", true},
		{"games/giveaway/decide.go", "net/http", true},
		{"games/giveaway/decide.go", "net/url", false},
		{"games/giveaway/decide.go", "crypto/rand", true},
		{"games/giveaway/decide.go", "time", false},
		{"games/engine/engine.go", "animo/storage", false},
		{"games/games.go", "animo/bot/chat", false},
		{"bot/sandbox/page/handler.go", "animo/bot/sandbox/world", false},
		{"bot/sandbox/page/handler.go", "animo/bot/chat", true},
	} {
		s := plant(t, row.file, "package p\nimport _ \""+row.imported+"\"\n")
		if got := len(brokenImports([]source{s})) > 0; got != row.wrong {
			t.Errorf("%s importing %s: refused is %v", row.file, row.imported, got)
		}
	}
}

func packagesWithoutComment(all []source) (out []string) {
	commented, folders := map[string]bool{}, []string{}
	for _, s := range all {
		if strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		if !slices.Contains(folders, s.dir()) {
			folders = append(folders, s.dir())
		}
		if s.ast.Doc != nil && (s.ast.Name.Name == "main" || strings.HasPrefix(s.ast.Doc.Text(), "Package "+s.ast.Name.Name+" ")) {
			commented[s.dir()] = true
		}
	}
	for _, f := range folders {
		if !commented[f] {
			out = append(out, fmt.Sprintf("%s has no package comment: say in doc.go what it promises and why it is made so", f))
		}
	}
	return out
}

func TestEveryPackageSaysWhatItIs(t *testing.T) { report(t, packagesWithoutComment(sources(t))) }

// isTable says whether a file is data: generated, or named for it.
func isTable(s source) bool {
	return ast.IsGenerated(s.ast) || strings.HasSuffix(s.path, "table.go")
}

func tooLong(all []source) (out []string) {
	for _, s := range all {
		if strings.HasSuffix(s.path, "_test.go") || isTable(s) {
			continue
		}
		if n := strings.Count(s.text, "\n"); n > maxFile {
			out = append(out, fmt.Sprintf("%s has %d lines, at most %d: split it by idea (a table goes to a file named …_table.go)", s.path, n, maxFile))
		}
		for _, d := range s.ast.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			if n := s.line(f.End()) - s.line(f.Pos()) + 1 - tableLines(s, f.Body); n > maxFunc {
				out = append(out, fmt.Sprintf("%s: %s has %d lines, at most %d: give its parts names", s.at(f.Pos()), f.Name.Name, n, maxFunc))
			}
		}
	}
	return out
}

// tableLines counts the lines inside of literals that hold no code.
func tableLines(s source, body *ast.BlockStmt) int {
	lines := 0
	ast.Inspect(body, func(n ast.Node) bool {
		literal, ok := n.(*ast.CompositeLit)
		if !ok || holdsCode(s, literal) {
			return true
		}
		lines += max(0, s.line(literal.End())-s.line(literal.Pos())-1)
		return false
	})
	return lines
}

func holdsCode(s source, literal *ast.CompositeLit) bool {
	found := false
	ast.Inspect(literal, func(n ast.Node) bool {
		f, ok := n.(*ast.FuncLit)
		found = found || ok && s.line(f.End()) > s.line(f.Pos())
		return !found
	})
	return found
}

func TestFilesAndFunctionsAreShort(t *testing.T) { report(t, tooLong(sources(t))) }

func initFunctions(all []source) (out []string) {
	for _, s := range all {
		for _, d := range s.ast.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				out = append(out, fmt.Sprintf("%s: there is no init here: let bot/app list or build it", s.at(f.Pos())))
			}
		}
	}
	return out
}

func TestNothingRegistersItself(t *testing.T) { report(t, initFunctions(sources(t))) }

// changedVariables finds package variables that a function changes: those of
// its own package, and those of another.
func changedVariables(all []source) (out []string) {
	packages := map[string][]source{}
	for _, s := range all {
		if !s.isTest() {
			packages[s.dir()] = append(packages[s.dir()], s)
		}
	}
	for dir, files := range packages {
		info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
		// Without an importer only what the package declares itself is known,
		// which is what is asked; the errors are about the rest.
		conf := types.Config{Error: func(error) {}, FakeImportC: true}
		fset, parsed := token.NewFileSet(), []*ast.File{}
		for _, s := range files {
			f, err := parser.ParseFile(fset, s.path, s.text, parser.SkipObjectResolution)
			if err == nil {
				parsed = append(parsed, f)
			}
		}
		pkg, _ := conf.Check(dir, fset, parsed, info)
		for _, f := range parsed {
			for _, id := range changed(f) {
				if isPackageVar(info.Uses[id], pkg) {
					out = append(out, fmt.Sprintf("%s: %s is a package variable and changes: make it a field of what bot/app builds", fset.Position(id.Pos()), id.Name))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

func isPackageVar(o types.Object, pkg *types.Package) bool {
	if _, other := o.(*types.PkgName); other {
		return true
	}
	v, ok := o.(*types.Var)
	return ok && pkg != nil && v.Parent() == pkg.Scope()
}

// changed returns the names at the root of what is assigned to, counted up or
// down, or deleted from.
func changed(f *ast.File) (out []*ast.Ident) {
	add := func(e ast.Expr) {
		if id := root(e); id != nil {
			out = append(out, id)
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, e := range n.Lhs {
					add(e)
				}
			}
		case *ast.IncDecStmt:
			add(n.X)
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && (id.Name == "delete" || id.Name == "clear") {
				add(n.Args[0])
			}
		}
		return true
	})
	return out
}

func root(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

func TestNoPackageVariableChanges(t *testing.T) { report(t, changedVariables(sources(t))) }

// selected finds uses of pkg.name for some names.
func selected(s source, pkg string, names ...string) (out []*ast.SelectorExpr) {
	ast.Inspect(s.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == pkg && slices.Contains(names, sel.Sel.Name) {
			out = append(out, sel)
		}
		return true
	})
	return out
}

func clockReaders(all []source) (out []string) {
	for _, s := range all {
		if s.isTest() || under(s.path, "bot/main.go", "bot/app", "bot/sandbox", "bot/telemetry") || !slices.Contains(s.imports(), "time") {
			continue
		}
		for _, sel := range selected(s, "time", "Now", "Sleep", "Since", "Until") {
			out = append(out, fmt.Sprintf("%s: time.%s: take now func() time.Time from whoever builds this, so that the sandbox and tests can move the clock; wait on a timer and a context instead of sleeping", s.at(sel.Pos()), sel.Sel.Name))
		}
	}
	return out
}

func TestTimeComesFromOutside(t *testing.T) { report(t, clockReaders(sources(t))) }

func platformsNamed(all []source) (out []string) {
	for _, s := range all {
		if s.isTest() || !under(s.path, "games", "commands") {
			continue
		}
		for _, sel := range selected(s, "chat", "Discord", "Slack") {
			out = append(out, fmt.Sprintf("%s: chat.%s: a game or command names no platform; ask the chat.Capabilities what it can do", s.at(sel.Pos()), sel.Sel.Name))
		}
	}
	return out
}

func TestNoGameOrCommandNamesAPlatform(t *testing.T) { report(t, platformsNamed(sources(t))) }

func TestTheOtherRulesCatchWhatTheyForbid(t *testing.T) {
	long := strings.Repeat("\tf()\n", maxFunc)
	rows := strings.Repeat("\t\t{1, 2},\n", 2*maxFunc)
	for name, row := range map[string]struct {
		rule func([]source) []string
		file string
		text string
		want int
	}{
		"a comment that is none":   {packagesWithoutComment, "bot/x/x.go", "// Something.\npackage x\n", 1},
		"a comment":                {packagesWithoutComment, "bot/x/x.go", "// Package x is.\npackage x\n", 0},
		"a long function":          {tooLong, "bot/x/x.go", "package x\nfunc f() {\n" + long + "}\n", 1},
		"a function of 60 lines":   {tooLong, "bot/x/x.go", "package x\nfunc f() {\n" + long[10:] + "}\n", 0},
		"a long test":              {tooLong, "bot/x/x_test.go", "package x\nfunc f() {\n" + long + "}\n", 0},
		"a table in a function":    {tooLong, "bot/x/x.go", "package x\nfunc f() [][2]int {\n\treturn [][2]int{\n" + rows + "\t}\n}\n", 0},
		"code hidden in a table":   {tooLong, "bot/x/x.go", "package x\nfunc f() []func() {\n\treturn []func(){func() {\n" + long + "\t}}\n}\n", 1},
		"a long file":              {tooLong, "bot/x/x.go", "package x\n" + strings.Repeat("\n", maxFile), 1},
		"a long table":             {tooLong, "bot/x/x_table.go", "package x\n" + strings.Repeat("\n", maxFile), 0},
		"init":                     {initFunctions, "bot/x/x.go", "package x\nfunc init() {}\n", 1},
		"a method init":            {initFunctions, "bot/x/x.go", "package x\ntype t int\nfunc (t) init() {}\n", 0},
		"an assigned variable":     {changedVariables, "bot/x/x.go", "package x\nvar v int\nfunc f() { v = 1 }\n", 1},
		"a variable counted up":    {changedVariables, "bot/x/x.go", "package x\nvar v struct{ n int }\nfunc f() { v.n++ }\n", 1},
		"a map written and erased": {changedVariables, "bot/x/x.go", "package x\nvar v = map[int]int{}\nfunc f() { v[1] = 2; delete(v, 1) }\n", 2},
		"another one's variable":   {changedVariables, "bot/x/x.go", "package x\nimport \"net/http\"\nfunc f() { http.DefaultClient = nil }\n", 1},
		"a local of the same name": {changedVariables, "bot/x/x.go", "package x\nvar v int\nfunc f() int { v := v; v = 2; return v }\n", 0},
		"a clock":                  {clockReaders, "bot/x/x.go", "package x\nimport \"time\"\nvar now = time.Now\nfunc f() { time.Sleep(1) }\n", 2},
		"a clock in the app":       {clockReaders, "bot/app/x.go", "package app\nimport \"time\"\nvar now = time.Now\n", 0},
		"a clock in a test":        {clockReaders, "bot/chat/chattest/x.go", "package chattest\nimport \"time\"\nvar now = time.Now\n", 0},
		"a platform in a command":  {platformsNamed, "commands/x.go", "package commands\nimport \"animo/bot/chat\"\nvar n = chat.Discord\n", 1},
	} {
		if got := row.rule([]source{plant(t, row.file, row.text)}); len(got) != row.want {
			t.Errorf("%s: %d complaints, want %d: %q", name, len(got), row.want, got)
		}
	}
}

// machinePath finds folders of a machine that is not the reader's, and
// package registries' hosts.
var machinePath = regexp.MustCompile(`(^|[^.[:alnum:]])/(work|tmp|root)/[a-z]|proxy\.golang\.org|registry\.npmjs|deb\.debian\.org`)

func TestNothingNamesAMachine(t *testing.T) {
	files, err := readFiles()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if strings.HasSuffix(name, ".sum") || strings.Contains(text, "\x00") {
			continue
		}
		for i, line := range strings.Split(text, "\n") {
			if found := machinePath.FindString(line); found != "" {
				t.Errorf("%s:%d holds %q: use a path below the working directory, t.TempDir or mktemp", name, i+1, found)
			}
		}
	}
	for text, want := range map[string]bool{"cd /" + "work/main": true, "x/" + "tmp/a": false, "/" + "tmp/a": true, "./tmp/a": false, "network": false} {
		if machinePath.MatchString(text) != want {
			t.Errorf("%q is found: %v", text, !want)
		}
	}
}

func TestLibcIsTheOneThatTheSQLiteDriverWants(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite").Output()
	name := strings.TrimSpace(string(out))
	if err != nil || name == "" {
		t.Skipf("no module cache to read the driver's go.mod from: %v", err)
	}
	theirs, err := os.ReadFile(name)
	if err != nil {
		t.Skipf("no module cache to read the driver's go.mod from: %v", err)
	}
	files, err := readFiles()
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^\s*(?:require )?modernc\.org/libc (v\S+)`)
	want, got := line.FindStringSubmatch(string(theirs)), line.FindStringSubmatch(files["go.mod"])
	if want == nil || got == nil {
		t.Fatalf("modernc.org/libc is missing: the driver wants %v, go.mod has %v", want, got)
	}
	if want[1] != got[1] {
		t.Errorf("go.mod has modernc.org/libc %s; the driver is made for %s: go get modernc.org/libc@%s", got[1], want[1], want[1])
	}
}
