package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// Where the passphrase of backups comes from besides --passphrase-file; never
// from an argument, which other users of the machine can see.
const (
	passphraseVar     = "ANIMO_BACKUP_PASSPHRASE"
	passphraseFileVar = passphraseVar + "_FILE"
)

// secretly is the flag of the verbs that encrypt and decrypt.
type secretly struct {
	PassphraseFile string `help:"File with the passphrase of the backup; else ANIMO_BACKUP_PASSPHRASE, or ANIMO_BACKUP_PASSPHRASE_FILE." placeholder:"FILE" type:"path"`
}

// passphrase returns it, or "" if none is given. Of a file the end of its
// last line does not belong to it.
func (v secretly) passphrase(s streams) (string, error) {
	text, file := s.variable(passphraseVar), s.variable(passphraseFileVar)
	if text != "" && file != "" {
		return "", usageError{fmt.Errorf("%s and %s are both set; keep one of them", passphraseVar, passphraseFileVar)}
	}
	if v.PassphraseFile != "" {
		text, file = "", v.PassphraseFile
	}
	if file == "" {
		return text, nil
	}
	read, err := os.ReadFile(file)
	if err != nil {
		return "", usageError{fmt.Errorf("read the passphrase: %w", err)}
	}
	text = strings.TrimRight(string(read), "\r\n")
	if text == "" {
		return "", usageError{errors.New("read the passphrase: nothing stands in " + file)}
	}
	return text, nil
}

// variable is one of the environment; the last one counts.
func (s streams) variable(name string) (value string) {
	for _, kv := range s.environ {
		if v, ok := strings.CutPrefix(kv, name+"="); ok {
			value = v
		}
	}
	return value
}
