package config

import "strings"

// nearest returns the known name that is the fewest typing mistakes away. A
// key without its section, such as "token", finds the one with it.
func nearest(name string, known []string) string {
	best, least := "", 1<<30
	for _, k := range known {
		d := distance(name, k)
		if _, last, ok := strings.Cut(k, "."); ok && !strings.Contains(name, ".") {
			d = min(d, distance(name, last)+1)
		}
		if d < least {
			best, least = k, d
		}
	}
	return best
}

// distance counts the letters to be added, removed or changed between a and
// b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
