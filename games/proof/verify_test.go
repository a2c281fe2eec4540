package proof_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games/proof"
)

func TestAProofIsVerified(t *testing.T) {
	d := small(t)
	r := verified(t, d.file())
	if !r.Verified() {
		t.Fatalf("%s\n%v", d.file(), r.Faults())
	}
	verdicts := map[proof.Verdict]int{}
	var winners []chat.MemberID
	for _, round := range d.rounds {
		winners = append(winners, won(round)...)
		for _, p := range round.Picks {
			verdicts[p.Verdict]++
		}
	}
	for _, v := range proof.Verdicts() {
		if verdicts[v] == 0 {
			t.Errorf("nobody in this proof has the verdict %q", v)
		}
		if v != proof.Won && r.Passed[v] != verdicts[v] {
			t.Errorf("%d passed over with %q, want %d", r.Passed[v], v, verdicts[v])
		}
	}
	var got []chat.MemberID
	for i, w := range r.Winners {
		got = append(got, w.Member)
		if w.GaveWay != (i == 0) {
			t.Errorf("winner %d gave way: %v", i, w.GaveWay)
		}
	}
	if !slices.Equal(got, winners) || r.Sum != d.h.Sum || r.Lines != int64(bytes.Count(d.file(), []byte("\n")))+1 {
		t.Errorf("winners %v, sum %+v, %d lines", got, r.Sum, r.Lines)
	}
	if a := r.Anchors(); a[0].Value != d.h.Seed.Commitment().String() || a[1].Value != d.h.Digest.String() || a[2].Value != d.h.Seed.String() {
		t.Errorf("anchors %+v", a)
	}
	if len(r.Shows()) != 3 || len(r.ShowsNot()) != 4 {
		t.Errorf("shows %v, does not show %v", r.Shows(), r.ShowsNot())
	}
}

// placeholder is what a printer leaves of an argument that is missing.
var placeholder = regexp.MustCompile(`\{[a-z_]+\}|^proof\.`)

// named checks that a report refuses and names a place, in both languages.
func named(t *testing.T, b *i18n.Bundle, r proof.Report) {
	t.Helper()
	if r.Verified() || len(r.Faults()) == 0 {
		t.Fatal("verified")
	}
	for _, f := range r.Faults() {
		if f.From < 1 || f.To < f.From {
			t.Fatalf("%s stands in lines %d to %d", f.ID, f.From, f.To)
		}
		for _, l := range chat.Languages() {
			if text := f.Line(b.Printer(l)).Plain(); placeholder.MatchString(text) || !strings.HasPrefix(text, "li") {
				t.Fatalf("%s: %q", f.ID, text)
			}
		}
	}
	if shows := r.Shows(); len(shows) != 1 || shows[0].ID != "proof.shows.nothing" {
		t.Fatalf("shows %v", shows)
	}
}

func catalogues(t testing.TB) *i18n.Bundle {
	t.Helper()
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryByteThatIsChangedIsFoundAndNamed(t *testing.T) {
	b := catalogues(t)
	file := small(t).file()
	for i, c := range file {
		p := b.Printer(chat.Languages()[i%2])
		flipped := slices.Clone(file)
		flipped[i] ^= []byte{0x20, 0x80, 0x10}[i%3]
		next := slices.Clone(file)
		next[i] ^= 0x01
		changed := [][]byte{next, flipped}
		switch i % 3 {
		case 0:
			changed = append(changed, append(append(slices.Clone(file[:i]), c, c), file[i+1:]...)) // twice
		case 1:
			changed = append(changed, append(slices.Clone(file[:i]), file[i+1:]...)) // missing
		case 2:
			changed = append(changed, file[:i]) // cut
		}
		for _, other := range changed {
			r := verified(t, other)
			faults := r.Faults()
			if r.Verified() || len(faults) == 0 {
				t.Fatalf("byte %d: verified", i)
			}
			text := faults[0].Line(p).Plain()
			if faults[0].From < 1 || placeholder.MatchString(text) || !strings.HasPrefix(text, "li") {
				t.Fatalf("byte %d: %q", i, text)
			}
		}
	}
	again := fmt.Sprintf("{\"sha256\":\"%x\"}\n", sha256.Sum256(file))
	for _, more := range []string{"\n", " ", "{}\n", again, string(file)} {
		named(t, b, verified(t, append(slices.Clone(file), more...)))
	}
}

// resealed states the SHA-256 of a file that was changed, as a forger would.
func resealed(file string) []byte {
	body := file[:strings.LastIndex(strings.TrimSuffix(file, "\n"), "\n")+1]
	return fmt.Appendf(nil, "%s{\"sha256\":\"%x\"}\n", body, sha256.Sum256([]byte(body)))
}

// lines edits the lines of a file; each may become none or several.
func lines(file []byte, edit func(n int, line string) string) string {
	var out strings.Builder
	n := 0
	for line := range strings.Lines(string(file)) {
		n++
		out.WriteString(edit(n, line))
	}
	return out.String()
}

func TestAForgedProofIsFoundOutThoughItsSumIsRight(t *testing.T) {
	b, file := catalogues(t), small(t).file()
	if r := verified(t, resealed(string(file))); !r.Verified() {
		t.Fatal("the file itself is refused")
	}
	replace := func(old, with string) func(int, string) string {
		return func(_ int, line string) string { return strings.Replace(line, old, with, 1) }
	}
	first := func(what, old, with string) func(int, string) string {
		done := false
		return func(_ int, line string) string {
			if done || !strings.Contains(line, what) || !strings.Contains(line, old) {
				return line
			}
			done = true
			return strings.Replace(line, old, with, 1)
		}
	}
	drop := func(what string) func(int, string) string {
		done := false
		return func(_ int, line string) string {
			if !done && strings.Contains(line, what) {
				done = true
				return ""
			}
			return line
		}
	}
	twice := func(n int) func(int, string) string {
		return func(at int, line string) string {
			if at == n {
				return line + line
			}
			return line
		}
	}
	seed := seedOf(8).String()
	d := small(t)
	lotA := proof.EntrantOf(instance, won(d.rounds[0])[1])
	lotB := proof.EntrantOf(instance, won(d.rounds[1])[0])
	for name, row := range map[string]struct {
		edit  func(n int, line string) string
		check string
		fault string
	}{
		"another seed":              {replace(seed, seedOf(9).String()), "commitment", "proof.fault.commitment"},
		"a seed with its own hash":  {func(n int, l string) string { return otherSeed(l) }, "picks", "proof.fault.next"},
		"one ticket more":           {first("entrant", `"tickets":1`, `"tickets":2`), "digest", "proof.fault.digest"},
		"an entrant less":           {drop(`"entrant"`), "totals", "proof.fault.entrants"},
		"an entrant twice":          {twice(3), "twice", "proof.fault.twice"},
		"another game":              {replace(instance, "ANOTHER1"), "winners", "proof.fault.member"},
		"the lots turned round":     {replace(`{"title":"Lot A","winners":2},{"title":"Lot B","winners":1}`, `{"title":"Lot B","winners":1},{"title":"Lot A","winners":2}`), "counts", "proof.fault.wanted"},
		"one ranking for all":       {replace(`"one_win":false`, `"one_win":true`), "form", "proof.fault.rankings"},
		"a winner passed over":      {first("won", `"won","member":"`+string(memberOf(t, 0))+`"`, `"left"`), "counts", "proof.fault.too_few"},
		"a pick left out":           {drop(`"left"`), "picks", "proof.fault.next"},
		"another member":            {first("won", `"member":"discord:1000`, `"member":"discord:2000`), "winners", "proof.fault.member"},
		"another rank":              {first("pick", `"rank":"0`, `"rank":"1`), "picks", "proof.fault.rank"},
		"a round left out":          {drop(`"lot":3`), "rounds", "proof.fault.lot_missing"},
		"a round out of turn":       {first("round", `"lot":2`, `"lot":3`), "rounds", "proof.fault.lot_order"},
		"a lot that is not there":   {first("round", `"lot":3`, `"lot":4`), "rounds", "proof.fault.no_lot"},
		"a lot drawn again":         {first("reroll", `"reason":"reroll"`, `"reason":"end"`), "rounds", "proof.fault.lot_again"},
		"a gap between rounds":      {first("reroll", `"round":3`, `"round":4`), "rounds", "proof.fault.number"},
		"more winners than asked":   {first("reroll", `"winners":2`, `"winners":1`), "counts", "proof.fault.too_many"},
		"one who never won gave":    {func(n int, l string) string { return otherReplaced(l) }, "verdicts", "proof.fault.replaces"},
		"two who gave way for one":  {first("unclaimed", `"winners":1`, `"winners":2`), "counts", "proof.fault.replaces_count"},
		"a past win that was none":  {first("pick", `"left"`, `"won before"`), "verdicts", "proof.fault.won_nothing"},
		"a place never given way":   {first("pick", `"left"`, `"gave way"`), "verdicts", "proof.fault.never_gave_way"},
		"a past winner wins again":  {func(n int, l string) string { return pastWinner(l) }, "verdicts", "proof.fault.won_again"},
		"a winner twice in a lot":   {func(_ int, l string) string { return winsTwice(l, won(d.rounds[0])[0]) }, "verdicts", "proof.fault.won_again"},
		"two draws of one number":   {replace(`"round":3`, `"round":2`), "rounds", "proof.fault.number"},
		"a lot twice in one number": {first("round", `"round":1,"lot":3`, `"round":1,"lot":2`), "rounds", "proof.fault.number"},
		"one who gave way twice":    {func(_ int, l string) string { return reroll(l, lotB, lotB) }, "verdicts", "proof.fault.replaces"},
		"one who won another lot":   {func(_ int, l string) string { return reroll(l, lotB, lotA) }, "verdicts", "proof.fault.replaces"},
		"capital letters":           {func(_ int, l string) string { return capitals(l) }, "form", "proof.fault.no_entrant"},
		"less picked than was said": {replace(`"reach":[`, `"reach":[1`), "picks", "proof.fault.reach"},
		"more picked than was said": {func(n int, l string) string {
			return regexp.MustCompile(`"reach":\[\d+`).ReplaceAllString(l, `"reach":[1`)
		}, "picks", "proof.fault.beyond_reach"},
		"a draw that goes on":       {func(n int, l string) string { return twiceLeft(l) }, "counts", "proof.fault.too_far"},
		"a verdict of one’s own":    {first("pick", `"left"`, `"shy"`), "form", "proof.fault.verdict"},
		"no name for a requirement": {first("pick", `"left"`, `"requirement"`), "form", "proof.fault.requirement"},
		"a reason of one’s own":     {first("round", `"end"`, `"why"`), "form", "proof.fault.reason"},
		"a passed-over one named":   {first("pick", `"left"`, `"left","member":"discord:1"`), "form", "proof.fault.who"},
		"no lots": {func(n int, l string) string {
			return regexp.MustCompile(`"lots":\[.*?\]`).ReplaceAllString(l, `"lots":[]`)
		}, "form", "proof.fault.lots"},
		"a lot without winners":    {replace(`"winners":1}`, `"winners":0}`), "form", "proof.fault.lot_winners"},
		"no game":                  {replace(instance, ""), "form", "proof.fault.instance"},
		"too many entrants":        {replace(`"entrants":12`, `"entrants":99999999`), "form", "proof.fault.many_entrants"},
		"less than no entrant":     {replace(`"entrants":12`, `"entrants":-99999`), "totals", "proof.fault.entrants"},
		"picks beyond counting":    {replace(`"reach":[7,10,2]`, `"reach":[9223372036854775807,9223372036854775807,2]`), "form", "proof.fault.many_picks"},
		"too many picks":           {replace(`"reach":[`, `"reach":[9999999`), "form", "proof.fault.many_picks"},
		"too many tickets":         {first("entrant", `"tickets":1}`, `"tickets":1001}`), "form", "proof.fault.tickets_bounds"},
		"no tickets":               {first("entrant", `"tickets":1}`, `"tickets":0}`), "form", "proof.fault.no_entrant"},
		"a round nought":           {first("round", `"round":1`, `"round":0`), "form", "proof.fault.round_bounds"},
		"a later form":             {replace(`"animo_proof":1`, `"animo_proof":2,"new":true`), "form", "proof.fault.newer"},
		"a header twice":           {twice(1), "form", "proof.fault.misplaced_header"},
		"a late entrant":           {func(n int, l string) string { return late(n, l) }, "form", "proof.fault.misplaced_entrant"},
		"a pick before any round":  {drop(`"lot":1,"at":"2026-03-03T18:00:01Z"`), "form", "proof.fault.misplaced_pick"},
		"a space":                  {replace(`"tickets":1}`, `"tickets": 1}`), "form", "proof.fault.no_entrant"},
		"other words for the same": {first("pick", `"left"`, `"l\u0065ft"`), "form", "proof.fault.unlike"},
		"a line too long":          {first("round", `{"round":`, `{"round":`+strings.Repeat(" ", proof.MaxLine)), "form", "proof.fault.long_line"},
	} {
		forged := lines(file, row.edit)
		if forged == string(file) {
			t.Errorf("%s: nothing is forged", name)
			continue
		}
		r := verified(t, resealed(forged))
		named(t, b, r)
		found := false
		for _, c := range r.Checks {
			for _, f := range c.Faults {
				found = found || c.ID == "proof.check."+row.check && f.ID == row.fault
			}
		}
		if !found {
			t.Errorf("%s: %v", name, r.Faults())
		}
	}
}

// memberOf is the member who won n-th in the small draw.
func memberOf(t testing.TB, n int) chat.MemberID {
	t.Helper()
	return won(small(t).rounds[0])[n]
}

var seedAndSum = regexp.MustCompile(`"seed":"\w+","commitment":"\w+"`)

func otherSeed(line string) string {
	s := seedOf(9)
	return seedAndSum.ReplaceAllString(line, fmt.Sprintf(`"seed":"%s","commitment":"%s"`, s, s.Commitment()))
}

var replacing = regexp.MustCompile(`"replaces":\["\w+"\]`)

func otherReplaced(line string) string {
	return replacing.ReplaceAllString(line, `"replaces":["00000000000000000000000000000000"]`)
}

var wonBefore = regexp.MustCompile(`^{"pick":"(\w+)",(.*)"won before"`)

// pastWinner lets those win who were passed over for having won.
func pastWinner(line string) string {
	found := wonBefore.FindStringSubmatch(line)
	if found == nil {
		return line
	}
	for n := range 12 {
		if m := memberNo(n); proof.EntrantOf(instance, m).String() == found[1] {
			return wonBefore.ReplaceAllString(line, fmt.Sprintf(`{"pick":"$1",$2"won","member":"%s"`, m))
		}
	}
	return line
}

// twiceLeft adds somebody who had left behind every winner.
func twiceLeft(line string) string {
	if !strings.Contains(line, `"won"`) {
		return line
	}
	return line + regexp.MustCompile(`"won".*`).ReplaceAllString(line, `"left"}`)
}

// winsTwice lets a winner win once more at once.
func winsTwice(line string, m chat.MemberID) string {
	if strings.Contains(line, `"`+string(m)+`"`) {
		return line + line
	}
	return line
}

// reroll lets two give way to the reroll of the small draw.
func reroll(line string, a, b proof.Entrant) string {
	return strings.Replace(line, `"reroll","winners":2`, fmt.Sprintf(`"reroll","winners":2,"replaces":["%s","%s"]`, a, b), 1)
}

// capitals writes entrants another way, which their bytes do not show.
func capitals(line string) string {
	if entrant, ok := strings.CutPrefix(line, `{"entrant":"`); ok {
		return `{"entrant":"` + strings.ToUpper(entrant[:32]) + entrant[32:]
	}
	return line
}

// late moves the first entrant behind the first round.
func late(n int, line string) string {
	entrant := fmt.Sprintf("{\"entrant\":\"%s\",\"tickets\":1}\n", proof.EntrantOf(instance, memberNo(0)))
	if n == 2 {
		return ""
	}
	if strings.HasPrefix(line, `{"round":1,"lot":2`) {
		return line + entrant
	}
	return line
}

func TestWhatIsNoProofIsRefusedByName(t *testing.T) {
	b := catalogues(t)
	for text, fault := range map[string]string{
		"":                             "proof.fault.empty",
		"hello\n":                      "proof.fault.no_proof",
		strings.Repeat("x", 100_000):   "proof.fault.no_proof",
		`{"animo_proof":1`:             "proof.fault.cut",
		"{\"animo_proof\":1}\n":        "proof.fault.unlike",
		"{\"animo_proof\":0}\n":        "proof.fault.unlike",
		"{\"animo_proof\":\"x\"}\n":    "proof.fault.no_line",
		"{\"animo_proof\":3,\"x\":}\n": "proof.fault.no_line",
		"\x1f\x8b":                     "proof.fault.gzip",
		"\x1f\x8bxxxxxxxxxxxxxxxxxxx":  "proof.fault.gzip",
	} {
		r := verified(t, []byte(text))
		named(t, b, r)
		if got := r.Faults()[0]; got.ID != fault || got.From != 1 {
			t.Errorf("%.20q: %v, want %s", text, got, fault)
		}
	}
}

func gzipped(t testing.TB, file []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(file)
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestACompressedProofIsReadAsItIs(t *testing.T) {
	b, packed := catalogues(t), gzipped(t, small(t).file())
	if r := verified(t, packed); !r.Verified() {
		t.Fatal(r.Faults())
	}
	for n := range packed {
		named(t, b, verified(t, packed[:n]))
	}
	const header = 10 // time and system, of which a proof knows nothing
	for n := header; n < len(packed); n++ {
		other := slices.Clone(packed)
		other[n] ^= 0x10
		if r := verified(t, other); r.Verified() {
			// gzip has bits that say nothing, such as those that fill a byte.
			if text, err := gzip.NewReader(bytes.NewReader(other)); err != nil || !sameText(text, packed) {
				t.Errorf("byte %d changes the file, and it is verified", n)
			}
		}
	}
}

func sameText(z io.Reader, packed []byte) bool {
	got, err := io.ReadAll(z)
	want, err2 := gzip.NewReader(bytes.NewReader(packed))
	if err != nil || err2 != nil {
		return false
	}
	text, err := io.ReadAll(want)
	return err == nil && bytes.Equal(got, text)
}

func TestAFileThatCannotBeReadIsNoVerdict(t *testing.T) {
	broken := errors.New("the disk is gone")
	for _, file := range [][]byte{small(t).file(), gzipped(t, small(t).file())} {
		for _, n := range []int{0, 1, 100, len(file) / 2} {
			r, err := proof.Verify(io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(broken)))
			if !errors.Is(err, broken) || r.Verified() || len(r.Faults()) > 0 {
				t.Errorf("after %d bytes: %v, %v", n, err, r.Faults())
			}
		}
	}
}

func TestAMemberFindsThemselvesInTheList(t *testing.T) {
	b, file := catalogues(t), small(t).file()
	for _, row := range []struct {
		member  chat.MemberID
		line    int64
		tickets int
		says    string
	}{{memberNo(2), 4, 5, "line 4, with 5 tickets"}, {memberNo(0), 2, 1, "with 1 ticket,"}, {memberNo(99), 0, 0, "is not in the list"}} {
		r, err := proof.Verifier{Member: row.member}.Verify(bytes.NewReader(file))
		if err != nil || !r.Verified() || r.Own == nil || r.Own.Line != row.line || r.Own.Tickets != row.tickets {
			t.Fatalf("%+v, %v", r.Own, err)
		}
		if text := r.Own.Sentence().Line(b.Printer(chat.English)).Plain(); !strings.Contains(text, row.says) {
			t.Error(text)
		}
	}
}

func TestWhoeverIsListedTwiceIsNamed(t *testing.T) {
	const entrants = 3000
	list := entriesOf(entrants, 1, 2)
	want := map[int64]string{}
	for i, n := range []int{2999, 7, 1500, 7, 0} {
		list = append(list, list[n])
		want[int64(entrants+2+i)] = fmt.Sprintf("entrant %s is already in line %d", proof.EntrantOf(instance, memberNo(n)), n+2)
	}
	p := catalogues(t).Printer(chat.English)
	r := verified(t, newDrawing(t, seedOf(1), list, true, 1).end().file())
	faults := r.Faults()
	if len(faults) != len(want) {
		t.Fatal(faults)
	}
	for _, f := range faults {
		if text := f.Sentence.Line(p).Plain(); text != want[f.From] {
			t.Errorf("line %d: %s, want %s", f.From, text, want[f.From])
		}
	}
}

func TestAMemberWhoIsListedTwiceIsFoundWhereTheyStandFirst(t *testing.T) {
	file := lines(small(t).file(), func(n int, line string) string {
		if n == 3 {
			return line + line
		}
		return line
	})
	r, err := proof.Verifier{Member: memberNo(1)}.Verify(strings.NewReader(file))
	if err != nil || r.Verified() || r.Own.Line != 3 {
		t.Errorf("%+v, %v", r.Own, err)
	}
}

func TestAVerificationCanBeStopped(t *testing.T) {
	stop, calls := errors.New("enough"), 0
	d := newDrawing(t, seedOf(1), entriesOf(20_000, 1), true, 1).end()
	_, err := proof.Verifier{Progress: func(lines, entrants int64) error {
		if calls++; calls == 2 {
			return stop
		}
		if lines == 0 || entrants != 20_000 {
			t.Errorf("%d lines, %d entrants", lines, entrants)
		}
		return nil
	}}.Verify(bytes.NewReader(d.file()))
	if !errors.Is(err, stop) || calls != 2 {
		t.Errorf("%v after %d calls", err, calls)
	}
}

func TestNobodyIsMetBeyondTheEndOfTheList(t *testing.T) {
	b := catalogues(t)
	d := newDrawing(t, seedOf(4), entriesOf(2, 1), true, 2, 2)
	d.gone[memberNo(0)] = proof.Left
	d.end()
	if r := verified(t, d.file()); !r.Verified() || len(r.Winners) != 1 {
		t.Fatalf("fewer entrants than winners: %v, winners %v", r.Faults(), r.Winners)
	}
	more := lines(d.file(), func(_ int, line string) string {
		if strings.HasPrefix(line, `{"sha256"`) {
			return fmt.Sprintf("{\"pick\":\"%s\",\"rank\":\"%s\",\"verdict\":\"left\"}\n", proof.Entrant{}, proof.Rank{}) + line
		}
		return strings.Replace(line, `"reach":[2]`, `"reach":[3]`, 1)
	})
	r := verified(t, resealed(more))
	named(t, b, r)
	if f := r.Faults(); len(f) != 1 || f[0].ID != "proof.fault.exhausted" {
		t.Error(f)
	}
}
