package eligibility

import (
	"slices"
	"strings"
	"unicode"

	"animo/bot/chat"
)

// Names are what the roles and channels of a space are called, as the
// platform's directory lists them.
type Names struct {
	Roles    []chat.Role
	Channels []chat.Channel
}

// named is something that can be called by several names, best first.
type named struct {
	id    string
	names []text
}

func name(id string, names ...string) named {
	n := named{id: id}
	for _, s := range append(names, short(nativeOf(id))) {
		if s = strings.TrimSpace(s); s != "" {
			n.names = append(n.names, fold(s))
		}
	}
	return n
}

func (n Names) roles() []named {
	out := make([]named, len(n.Roles))
	for i, r := range n.Roles {
		out[i] = name(string(r.ID), r.Handle, r.Name)
	}
	return out
}

func (n Names) channels() []named {
	out := make([]named, len(n.Channels))
	for i, c := range n.Channels {
		out[i] = name(string(c.ID), c.Name)
	}
	return out
}

// short is what the platform itself calls an id.
func short(native string) string { return native[strings.LastIndex(native, "/")+1:] }

// mistake is why names could not be read.
type mistake struct {
	typed     string
	ambiguous bool
	example   string // what would be understood, "" if nothing would
}

// found is a list of names that was read.
type found struct {
	ids  []string
	join string // "and", "or", "" for neither, "mixed" for both
}

// find reads a list of names: "@VIP or @Member", "#general, #help", with or
// without the sign, or what the platform writes for a mention.
func find(typed string, all []named, sign rune) (found, *mistake) {
	t := fold(typed)
	var out found
	for i := 0; ; {
		join := ""
		if i, join = t.gap(i, len(out.ids) > 0); i >= len(t.folded) {
			return out, nil
		}
		switch {
		case out.join == "" || join == "":
			out.join += join
		case out.join != join:
			out.join = "mixed"
		}
		id, end, wrong := t.name(i, all, sign)
		if wrong != nil {
			return out, wrong
		}
		if i = end; !slices.Contains(out.ids, id) {
			out.ids = append(out.ids, id)
		}
	}
}

// gap steps over what stands between two names, and says which word does.
func (t text) gap(i int, after bool) (end int, join string) {
	for ; i < len(t.folded); i++ {
		if r := t.folded[i]; r == ' ' || r == ',' || r == ';' {
			continue
		}
		word := t.word(i)
		j, ok := joiners()[word]
		if !ok || !after || join != "" {
			break
		}
		join = j
		i += len([]rune(word)) - 1
	}
	return i, join
}

func (t text) word(i int) string {
	end := i
	for end < len(t.folded) && t.folded[end] != ' ' {
		end++
	}
	return string(t.folded[i:end])
}

// name reads the name that begins at i: the longest that fits.
func (t text) name(i int, all []named, sign rune) (id string, end int, wrong *mistake) {
	begin := i
	if t.folded[i] == '<' {
		if id, end, ok := t.mention(i, all); ok {
			return id, end, nil
		}
	}
	if t.folded[i] == sign && i+1 < len(t.folded) {
		i++
	}
	type match struct {
		id    string
		exact bool
		rank  int
	}
	var best []match
	longest := 0
	for _, n := range all {
		for rank, f := range n.names {
			size := len(f.folded)
			if size < longest || !t.has(i, f.folded) {
				continue
			}
			if size > longest {
				best, longest = nil, size
			}
			best = append(best, match{n.id, string(t.typed[i:i+size]) == string(f.typed), rank})
		}
	}
	better := func(x, y match) int { // exactly as typed before otherwise
		switch {
		case x.exact != y.exact && x.exact:
			return -1
		case x.exact != y.exact:
			return 1
		}
		return x.rank - y.rank
	}
	slices.SortStableFunc(best, better)
	switch {
	case len(best) == 0:
		return "", 0, &mistake{typed: t.rest(begin, sign)}
	case len(best) > 1 && better(best[0], best[1]) == 0 && best[0].id != best[1].id:
		return "", 0, &mistake{typed: t.rest(begin, sign), ambiguous: true, example: byID(best[0].id, sign)}
	}
	return best[0].id, i + longest, nil
}

func nativeOf(id string) string {
	_, native, _ := strings.Cut(id, ":")
	return native
}

// has says whether a name stands at i, and ends there.
func (t text) has(i int, name []rune) bool {
	end := i + len(name)
	if end > len(t.folded) || !slices.Equal(t.folded[i:end], name) {
		return false
	}
	return end == len(t.folded) || strings.ContainsRune(" ,;", t.folded[end])
}

// mention reads <@&42>, <#42>, <#C1|name> and <!subteam^S1|@name>.
func (t text) mention(i int, all []named) (id string, end int, ok bool) {
	size := slices.Index(t.folded[i:], '>')
	if size < 0 {
		return "", 0, false
	}
	inner, _, _ := strings.Cut(string(t.folded[i+1:i+size]), "|")
	inner = strings.TrimPrefix(strings.TrimLeft(inner, "@&#!"), "subteam^")
	for _, n := range all {
		if strings.EqualFold(short(nativeOf(n.id)), inner) {
			return n.id, i + size + 1, true
		}
	}
	return "", 0, false
}

// rest is what was typed from i up to where another name may begin.
func (t text) rest(i int, sign rune) string {
	end := i + 1
	for end < len(t.folded) && t.folded[end] != ',' && t.folded[end] != ';' && t.folded[end] != sign {
		if _, joins := joiners()[t.word(end)]; joins && t.folded[end-1] == ' ' {
			break
		}
		end++
	}
	return strings.TrimRightFunc(string(t.typed[i:end]), unicode.IsSpace)
}

// breaks says whether a line of a form may end at a character.
func breaks(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// call writes a name so that find reads it as this id and nothing else.
func call(id string, all []named, sign rune) string {
	i := slices.IndexFunc(all, func(n named) bool { return n.id == id })
	if i < 0 {
		return byID(id, sign)
	}
	for _, name := range all[i].names {
		written := string(sign) + string(name.typed)
		got, wrong := find(written, all, sign)
		if wrong == nil && len(got.ids) == 1 && got.ids[0] == id && !strings.ContainsFunc(written, breaks) {
			return written
		}
	}
	return byID(id, sign)
}

// callAll writes a list of names. Where one would run into the next all are
// written by id.
func callAll[T ~string](ids []T, all []named, sign rune, between string) string {
	plain, byIDs, want := make([]string, len(ids)), make([]string, len(ids)), make([]string, len(ids))
	for i, id := range ids {
		want[i], plain[i], byIDs[i] = string(id), call(string(id), all, sign), byID(string(id), sign)
	}
	written := strings.Join(plain, between)
	if got, wrong := find(written, all, sign); wrong == nil && slices.Equal(got.ids, want) {
		return written
	}
	return strings.Join(byIDs, between)
}

// byID is how a mention is written, which no name is taken for.
func byID(id string, sign rune) string {
	if sign == '@' {
		return "<@&" + short(nativeOf(id)) + ">"
	}
	return "<" + string(sign) + short(nativeOf(id)) + ">"
}
