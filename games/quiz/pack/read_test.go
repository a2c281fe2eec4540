package pack_test

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games/quiz/pack"
)

const head = `
id = "test"
language = "en"
title = "A test"
author = "Ada"
licence = "CC0"
version = 1
`

const choice = `
[[question]]
id = "one"
text = "Which is a colour?"
kind = "choice"
choices = ["table", "blue", "seven"]
right = [2]
explanation = "The others are not."
tags = ["words"]
difficulty = "easy"
`

const typed = `
[[question]]
id = "two"
text = "What falls from clouds?"
kind = "free"
answers = ["rain", "snow"]
wrong = ["hail"]
explanation = "And other things."
tags = ["nature"]
difficulty = "hard"
image = "https://example.org/cloud.png"
`

func TestAPackIsRead(t *testing.T) {
	p, err := pack.Read("test.toml", []byte(head+choice+typed))
	if err != nil {
		t.Fatal(err)
	}
	want := pack.Pack{
		Head: pack.Head{ID: "test", Language: chat.English, Title: "A test", Author: "Ada", Licence: "CC0", Version: 1},
		Questions: []pack.Question{
			{
				Pack: "test", ID: "one", Language: chat.English, Text: "Which is a colour?", Kind: pack.Choice,
				Choices: []string{"table", "blue", "seven"}, Right: []int{1},
				Explanation: "The others are not.", Tags: []string{"words"}, Difficulty: pack.Easy,
			},
			{
				Pack: "test", ID: "two", Language: chat.English, Text: "What falls from clouds?", Kind: pack.Free,
				Answers: []string{"rain", "snow"}, Wrong: []string{"hail"},
				Explanation: "And other things.", Tags: []string{"nature"}, Difficulty: pack.Hard, Image: "https://example.org/cloud.png",
			},
		},
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("read %+v", p)
	}
}

func TestTheExampleOfThePackageCommentIsRight(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var example []string
	for line := range strings.Lines(string(source)) {
		if code, ok := strings.CutPrefix(line, "//\t"); ok {
			example = append(example, code)
		}
	}
	p, err := pack.Read("doc.toml", []byte(strings.Join(example, "")))
	if err != nil || len(p.Questions) != 2 {
		t.Errorf("%d questions, %v", len(p.Questions), err)
	}
}

// change puts one line of a file in another's place.
func change(text, from, to string) string {
	if !strings.Contains(text, from) {
		panic("no such line: " + from)
	}
	return strings.Replace(text, from, to, 1)
}

// faulty are files with one fault each, by what the fault is.
func faulty() map[string][]string {
	long := strings.Repeat("long ", 100)
	c, f := head+choice, head+typed
	return map[string][]string{
		"all_right":  {change(c, `right = [2]`, "right = [1, 2, 3]\nseveral = true"), change(c, `right = [2]`, "right = [1, 2, 3]")},
		"bytes":      {c + strings.Repeat("# filler\n", 8000)},
		"control":    {change(c, "A test", `A\ntest`), change(c, "colour", `col\u202Eour`), change(c, `"blue"`, `"bl\tue"`), change(f, "rain", `ra\u0007in`)},
		"empty":      {change(c, "A test", " "), change(c, `"blue"`, `""`), change(f, `"rain"`, `"\u00a0"`), change(c, `"words"`, `""`)},
		"id":         {change(c, `"one"`, `"One"`), change(c, `"one"`, `"é"`), change(c, `"test"`, `"a/b"`)},
		"image":      {change(f, "https:", "http:"), change(f, "https://example.org/cloud.png", "cloud.png"), change(f, "https://", "https://user:word@"), change(f, "https://example.org/cloud.png", "https://")},
		"long":       {change(c, "A test", long), change(c, "colour", long), change(c, "blue", strings.Repeat("b", 71)), change(f, "rain", strings.Repeat("r", 61)), change(c, "The others", long), change(c, `"one"`, `"`+strings.Repeat("o", 41)+`"`)},
		"many":       {head + strings.Repeat("[[question]]\n", 501)},
		"missing":    {change(c, `text = "Which is a colour?"`, ""), change(c, `explanation = "The others are not."`, ""), change(c, `licence = "CC0"`, ""), change(c, `id = "one"`, "")},
		"no_letters": {change(f, `"rain"`, `"🌧"`), change(f, `"hail"`, `"?!"`)},
		"no_tables":  {head, head + "question = 1", head + "question = [1]"},
		"not_flag":   {change(c, `right = [2]`, "right = [2]\nseveral = 1")},
		"not_numbers": {
			change(c, `right = [2]`, `right = 2`), change(c, `right = [2]`, `right = ["2"]`), change(c, `right = [2]`, ``),
			change(c, `right = [2]`, `right = []`), change(c, `right = [2]`, `right = [1.5]`),
		},
		"not_text":  {change(c, `text = "Which is a colour?"`, `text = 4`), change(c, `title = "A test"`, `title = ["A"]`), change(f, `image = "https://example.org/cloud.png"`, `image = 2026-01-01`)},
		"not_texts": {change(c, `["words"]`, `"words"`), change(c, `["words"]`, `[1]`), change(f, `answers = ["rain", "snow"]`, ``), change(f, `["hail"]`, `"hail"`)},
		"number_of": {change(c, `["words"]`, `[]`), change(c, `["table", "blue", "seven"]`, `["a", "b", "c", "d", "e", "f"]`), change(f, `["rain", "snow"]`, `[]`)},
		"one_of": {
			change(c, `"easy"`, `"simple"`), change(c, `"easy"`, `1`), change(c, `"en"`, `"de"`), change(c, `kind = "choice"`, `kind = "open"`),
			change(c, `difficulty = "easy"`, ``),
		},
		"right":           {change(c, `[2]`, `[4]`), change(c, `[2]`, `[0]`), change(c, `[2]`, `[-1]`), change(c, `[2]`, `[2, 2]`), change(c, `[2]`, `[9223372036854775807]`)},
		"right_and_wrong": {change(f, `"hail"`, `"Snow!"`), change(f, `"hail"`, `"the rain"`)},
		"same_choice":     {change(c, `"seven"`, `"Blue "`)},
		"same_id":         {c + change(choice, "colour", "number")},
		"same_text":       {c + change(change(choice, `"one"`, `"three"`), "Which is a colour?", "which is, a COLOUR")},
		"several":         {change(c, `[2]`, `[1, 2]`), change(c, `[2]`, "[1, 2]\nseveral = false")},
		"syntax":          {"id = ", c + "\n[[question", change(c, `"one"`, `one`), "\xff", strings.Repeat("a.", 30000), "a = " + strings.Repeat("[", 60000), c + "\nid = 'twice'\nid = 'twice'"},
		"unknown":         {change(c, "explanation =", "explication = \"x\"\nexplanation ="), head + "colour = 1\n" + choice, c + "\nanswers = [\"x\"]", f + "\nchoices = [\"x\", \"y\"]"},
		"version":         {change(c, "version = 1", "version = 0"), change(c, "version = 1", `version = "1"`), change(c, "version = 1", ``), change(c, "version = 1", `version = 4294967296`)},
	}
}

func TestEachFaultIsNamedAlone(t *testing.T) {
	for name, files := range faulty() {
		for i, text := range files {
			_, err := pack.Read("mine.toml", []byte(text))
			var faults pack.Faults
			if !errors.As(err, &faults) {
				t.Errorf("%s %d: error %v", name, i, err)
				continue
			}
			for _, f := range faults {
				if f.ID != "pack.fault."+name && name != "many" {
					t.Errorf("%s %d: also %s", name, i, f.ID)
				}
			}
			if !slices.ContainsFunc(faults, func(f pack.Fault) bool { return f.ID == "pack.fault."+name }) {
				t.Errorf("%s %d: %v", name, i, err)
			}
		}
	}
}

func TestEverySentenceHasItsFault(t *testing.T) {
	b, err := bundle()
	if err != nil {
		t.Fatal(err)
	}
	tried := faulty()
	for _, id := range b.IDs(chat.English) {
		if name, ok := strings.CutPrefix(id, "pack.fault."); ok && tried[name] == nil {
			t.Errorf("%s is not tried", id)
		}
	}
}

func TestAFaultIsToldInASentenceWithFileQuestionAndExample(t *testing.T) {
	noExample := []string{"bytes", "control", "long", "many", "no_tables", "right_and_wrong", "same_choice", "same_text", "unknown"}
	for _, l := range chat.Languages() {
		for name, files := range faulty() {
			_, err := pack.Read("mine.toml", []byte(files[0]))
			var faults pack.Faults
			if !errors.As(err, &faults) {
				t.Fatal(name, err)
			}
			f := faults[0]
			said := f.Line(printer(t, l)).Plain()
			t.Log(said)
			switch {
			case !strings.HasPrefix(said, "mine.toml"), strings.ContainsAny(said, "{}"):
				t.Errorf("%s: %q", name, said)
			case f.Number > 0 && !strings.Contains(said, fmt.Sprintf("question %d", f.Number)), f.Item != "" && !strings.Contains(said, f.Item):
				t.Errorf("%s does not say where: %q", name, said)
			case !slices.Contains(noExample, name) && !strings.Contains(said, " = "):
				t.Errorf("%s shows no example: %q", name, said)
			}
		}
	}
}

func TestManyFaultsAreCutShort(t *testing.T) {
	_, err := pack.Read("mine.toml", []byte(strings.Repeat("[[question]]\n", 3)))
	var faults pack.Faults
	if !errors.As(err, &faults) || len(faults) < 20 || !strings.Contains(err.Error(), "mine.toml") {
		t.Fatal(err)
	}
	lines := faults.Lines(printer(t, chat.English), 5)
	if last := lines[len(lines)-1].Plain(); len(lines) != 6 || last != fmt.Sprintf("… and %d more faults.", len(faults)-5) {
		t.Errorf("%d lines, the last %q", len(lines), last)
	}
	if all := faults.Lines(printer(t, chat.English), 1000); len(all) != len(faults) {
		t.Errorf("%d lines of %d", len(all), len(faults))
	}
}

func TestAFileOfPromptsIsCheckedAlike(t *testing.T) {
	file := func(kind, body string) []byte {
		return []byte(head + "kind = \"" + kind + "\"\n[[prompt]]\nid = \"a\"\n" + body)
	}
	for _, row := range []struct{ kind, body, fault string }{
		{"daily", `text = "How are you?"`, ""},
		{"daily", `title = "How are you?"`, "missing unknown"},
		{"rather", `options = ["tea", "coffee"]`, ""},
		{"rather", `options = ["tea"]`, "number_of"},
		{"rather", `options = ["tea", "Tea"]`, "same_choice"},
		{"rather", `options = ["tea", "` + strings.Repeat("c", 71) + `"]`, "long"},
		{"theme", "title = \"Sky day\"\ntext = \"Show yours.\"", ""},
		{"theme", `title = "Sky day"`, "missing"},
		{"weekly", `text = "How are you?"`, "one_of"},
		{"daily", "text = \"How are you?\"\n[[prompt]]\nid = \"b\"\ntext = \"how are you\"", "same_text"},
		{"daily", "text = \"How are you?\"\n[[prompt]]\nid = \"a\"\ntext = \"Why?\"", "same_id"},
	} {
		l, err := pack.ReadPrompts("mine.toml", file(row.kind, row.body))
		var faults pack.Faults
		errors.As(err, &faults)
		var got []string
		for _, f := range faults {
			got = append(got, strings.TrimPrefix(f.ID, "pack.fault."))
			if said := f.Line(printer(t, chat.French)).Plain(); strings.ContainsAny(said, "{}") || f.Number > 0 && !strings.Contains(said, "sujet") {
				t.Errorf("%q", said)
			}
		}
		if strings.Join(got, " ") != row.fault {
			t.Errorf("%s %s: faults %v", row.kind, row.body, got)
		}
		if row.fault == "" && (len(l.Prompts) != 1 || l.Prompts[0].Key() != "test/a" || l.Prompts[0].Kind != l.Kind) {
			t.Errorf("read %+v", l)
		}
	}
}

func FuzzAPackIsReadOrRefused(f *testing.F) {
	f.Add(head + choice + typed)
	for _, files := range faulty() {
		for _, text := range files {
			if len(text) < 4000 {
				f.Add(text)
			}
		}
	}
	b, err := i18n.New()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := pack.Read("fuzz.toml", []byte(text))
		var faults pack.Faults
		if errors.As(err, &faults) {
			for _, line := range faults.Lines(b.Printer(chat.French), 20) {
				if len(line.Plain()) > 2000 {
					t.Errorf("%q", line.Plain())
				}
			}
			return
		}
		if err != nil || len(p.Questions) == 0 || len(p.Questions) > pack.MaxQuestions {
			t.Fatalf("%d questions, %v", len(p.Questions), err)
		}
		for _, q := range p.Questions {
			switch {
			case q.Text == "" || q.Explanation == "" || len(q.Tags) == 0 || q.Difficulty == "" || q.ID == "":
				t.Errorf("%+v", q)
			case q.Kind == pack.Choice && (len(q.Choices) < 2 || len(q.Choices) > 5 || len(q.Right) == 0 || slices.Max(q.Right) >= len(q.Choices) || slices.Min(q.Right) < 0):
				t.Errorf("%+v", q)
			case q.Kind == pack.Free && !q.Accepts(q.Answers[0]):
				t.Errorf("%q does not answer %+v", q.Answers[0], q)
			}
		}
	})
}
