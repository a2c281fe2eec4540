package pack

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"animo/bot/chat"
)

// Bank is the questions of several packs. It does not change once made.
type Bank struct{ questions []Question }

// NewBank puts packs together. It is an error if two have the same id.
func NewBank(packs ...Pack) (Bank, error) {
	var b Bank
	seen := map[string]bool{}
	for _, p := range packs {
		if seen[p.ID] {
			return Bank{}, fmt.Errorf("put packs together: two have the id %q", p.ID)
		}
		seen[p.ID] = true
		b.questions = append(b.questions, p.Questions...)
	}
	return b, nil
}

// Filter says which questions are meant. What is empty leaves nothing out.
type Filter struct {
	Language     chat.Language
	Packs        []string     // ids, any of them
	Tags         []string     // any of them, however written
	Difficulties []Difficulty // any of them
	Kinds        []Kind       // any of them
}

func (f Filter) fits(q Question) bool {
	return (f.Language == "" || f.Language == q.Language) &&
		within(f.Packs, q.Pack) && within(f.Difficulties, q.Difficulty) && within(f.Kinds, q.Kind) &&
		(len(f.Tags) == 0 || slices.ContainsFunc(f.Tags, q.tagged))
}

func within[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

func (q Question) tagged(tag string) bool {
	return slices.ContainsFunc(q.Tags, func(t string) bool { return Fold(t) == Fold(tag) })
}

// Count is how many questions fit.
func (b Bank) Count(f Filter) int { return len(b.chosen(f)) }

func (b Bank) chosen(f Filter) []Question {
	return slices.DeleteFunc(slices.Clone(b.questions), func(q Question) bool { return !f.fits(q) })
}

// Tags are those of the questions that fit, in the order of the alphabet, each
// once as it was first written.
func (b Bank) Tags(f Filter) []string {
	written := map[string]bool{}
	var out []string
	for _, q := range b.chosen(f) {
		for _, t := range q.Tags {
			if !written[Fold(t)] {
				out = append(out, t)
			}
			written[Fold(t)] = true
		}
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(Fold(a), Fold(b)) })
	return out
}

// Find gives the question with this key.
func (b Bank) Find(key string) (Question, bool) {
	i := slices.IndexFunc(b.questions, func(q Question) bool { return q.Key() == key })
	if i < 0 {
		return Question{}, false
	}
	return b.questions[i], true
}

// Questions gives those that fit, each once, in an order that follows from the
// seed: first those that were not used, by their keys, then the others. The
// second value is false from where the list is spent; who then goes on forgets
// what was used.
func (b Bank) Questions(f Filter, used func(key string) bool, seed []byte) iter.Seq2[Question, bool] {
	return inOrder(b.chosen(f), used, seed)
}
