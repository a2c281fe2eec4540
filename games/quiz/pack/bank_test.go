package pack_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/games/quiz/pack"
)

func ownBank(t *testing.T) pack.Bank {
	t.Helper()
	packs, err := pack.Own()
	if err != nil {
		t.Fatal(err)
	}
	b, err := pack.NewBank(packs...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func unused(string) bool { return false }

func keys(b pack.Bank, f pack.Filter, used func(string) bool, seed string) (fresh, spent []string) {
	for q, isFresh := range b.Questions(f, used, []byte(seed)) {
		if isFresh {
			fresh = append(fresh, q.Key())
		} else {
			spent = append(spent, q.Key())
		}
	}
	return fresh, spent
}

func TestNothingIsAskedAgainUntilAllWasAsked(t *testing.T) {
	b := ownBank(t)
	languages, tags := []chat.Language{"", chat.English, chat.French}, append(b.Tags(pack.Filter{}), "")
	rapid.Check(t, func(t *rapid.T) {
		f := pack.Filter{Language: rapid.SampledFrom(languages).Draw(t, "language")}
		if tag := rapid.SampledFrom(tags).Draw(t, "tag"); tag != "" {
			f.Tags = []string{tag}
		}
		f.Difficulties = rapid.SliceOfN(rapid.SampledFrom(pack.Difficulties()), 0, 2).Draw(t, "difficulties")
		round := rapid.IntRange(1, 12).Draw(t, "round")
		used, asked := map[string]bool{}, []string{}
		for night := 0; len(used) < b.Count(f); night++ {
			n := 0
			for q, fresh := range b.Questions(f, func(key string) bool { return used[key] }, fmt.Appendf(nil, "night %d", night)) {
				if n++; n > round || !fresh {
					break
				}
				if used[q.Key()] {
					t.Fatalf("%s comes again", q.Key())
				}
				if f.Language != "" && q.Language != f.Language || len(f.Difficulties) > 0 && !slices.Contains(f.Difficulties, q.Difficulty) {
					t.Fatalf("%s does not fit %+v", q.Key(), f)
				}
				used[q.Key()] = true
				asked = append(asked, q.Key())
			}
		}
		if len(asked) != b.Count(f) {
			t.Fatalf("asked %d of %d", len(asked), b.Count(f))
		}
	})
}

func TestWhatWasUsedComesLast(t *testing.T) {
	b, f := ownBank(t), pack.Filter{Language: chat.English, Tags: []string{"Web!"}}
	all, none := keys(b, f, unused, "a")
	if len(none) != 0 || len(all) != b.Count(f) || len(all) < 40 {
		t.Fatalf("%d and %d of %d", len(all), len(none), b.Count(f))
	}
	fresh, spent := keys(b, f, func(key string) bool { return slices.Contains(all[:10], key) }, "a")
	if !slices.Equal(fresh, all[10:]) || !slices.Equal(spent, all[:10]) {
		t.Errorf("fresh %v, spent %v", fresh, spent)
	}
}

func TestTheSeedAloneDecidesTheOrder(t *testing.T) {
	b, f := ownBank(t), pack.Filter{Language: chat.French}
	first, _ := keys(b, f, unused, "a")
	again, _ := keys(b, f, unused, "a")
	other, _ := keys(b, f, unused, "b")
	if !slices.Equal(first, again) {
		t.Error("the same seed gives two orders")
	}
	moved := 0
	for i := range first {
		if first[i] != other[i] {
			moved++
		}
	}
	if moved < len(first)*9/10 {
		t.Errorf("another seed moves %d of %d", moved, len(first))
	}
}

func TestAQuestionMoreLeavesTheOrderOfTheOthers(t *testing.T) {
	packs, err := pack.Own()
	if err != nil {
		t.Fatal(err)
	}
	all, err := pack.NewBank(packs...)
	if err != nil {
		t.Fatal(err)
	}
	fewer := packs[0]
	gone := fewer.Questions[3].Key()
	fewer.Questions = slices.Delete(slices.Clone(fewer.Questions), 3, 4)
	small, err := pack.NewBank(append([]pack.Pack{fewer}, packs[1:]...)...)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := keys(small, pack.Filter{}, unused, "a")
	after, _ := keys(all, pack.Filter{}, unused, "a")
	if after = slices.DeleteFunc(after, func(key string) bool { return key == gone }); !slices.Equal(before, after) {
		t.Error("the order changed")
	}
}

func TestABankHoldsEachPackOnce(t *testing.T) {
	p := pack.Pack{Head: pack.Head{ID: "a"}}
	if _, err := pack.NewBank(p, p); err == nil {
		t.Error("two packs with one id")
	}
}

func TestQuestionsAreFoundByKeyTagPackAndKind(t *testing.T) {
	b := ownBank(t)
	for q := range b.Questions(pack.Filter{Kinds: []pack.Kind{pack.Free}, Packs: []string{"animo-web-fr"}}, unused, nil) {
		if found, ok := b.Find(q.Key()); !ok || found.Text != q.Text || q.Kind != pack.Free || q.Pack != "animo-web-fr" {
			t.Errorf("%s: found %+v", q.Key(), found)
		}
	}
	if _, ok := b.Find("animo-web-fr/no-such"); ok {
		t.Error("found what is not there")
	}
	french := pack.Filter{Language: chat.French}
	if tags := b.Tags(french); !slices.Contains(tags, "géographie") || slices.Contains(tags, "geography") || len(tags) < 3 {
		t.Errorf("tags %q", tags)
	}
	accented := b.Count(pack.Filter{Language: chat.French, Tags: []string{"géographie"}})
	if plain := b.Count(pack.Filter{Language: chat.French, Tags: []string{"GEOGRAPHIE"}}); plain != accented || plain == 0 {
		t.Errorf("%d with accents, %d without", accented, plain)
	}
}

func TestPromptsComeOnceEach(t *testing.T) {
	for _, l := range prompts(t) {
		used := map[string]bool{}
		for range l.Prompts {
			for p, fresh := range l.InOrder(func(key string) bool { return used[key] }, []byte(l.ID)) {
				if !fresh || used[p.Key()] {
					t.Errorf("%s comes again", p.Key())
				}
				used[p.Key()] = true
				break
			}
		}
		if len(used) != len(l.Prompts) {
			t.Errorf("%s: %d of %d", l.ID, len(used), len(l.Prompts))
		}
	}
}
