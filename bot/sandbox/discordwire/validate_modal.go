package discordwire

import (
	"fmt"
	"unicode/utf8"
)

// maxModalParts bounds what stands in a modal
// (interactions/receiving-and-responding#interaction-response-object-modal).
const maxModalParts = 5

// validateModal checks a modal's data, in the place data of a callback.
func validateModal(data object) error {
	var f form
	f.text("data.custom_id", data["custom_id"], 1, 100)
	f.text("data.title", data["title"], 1, 45)
	top := list(data["components"])
	f.length("data.components", len(top), 1, maxModalParts)
	k := componentCheck{form: &f, modal: true, ids: map[string]bool{}, nums: map[int]bool{}}
	k.each("data.components", top, inModal)
	for i, v := range top {
		for j, input := range list(obj(v)["components"]) {
			at := fmt.Sprintf("data.components.%d.components.%d.label", i, j)
			f.text(at, obj(input)["label"], 1, 45) // in a row an input needs its own label
		}
	}
	return f.err()
}

// modalOnly checks what stands nowhere but in a modal.
func (k *componentCheck) modalOnly(path string, o object, kind int) {
	switch kind {
	case componentLabel:
		k.form.text(path+".label", o["label"], 1, 45)
		k.form.text(path+".description", o["description"], 0, 100)
		if obj(o["component"]) == nil {
			k.required(path + ".component")
			return
		}
		k.one(path+".component", obj(o["component"]), inLabel)
	case componentUpload, componentCheckbox:
		k.form.text(path+".custom_id", o["custom_id"], 1, 100)
		k.number(path+".min_values", o["min_values"], 0, 10)
		k.number(path+".max_values", o["max_values"], 1, 10)
	case componentRadio:
		k.form.text(path+".custom_id", o["custom_id"], 1, 100)
		k.options(path+".options", list(o["options"]), 2, 10, 1)
	case componentCheckboxes:
		k.form.text(path+".custom_id", o["custom_id"], 1, 100)
		_, most := bounds(o)
		k.options(path+".options", list(o["options"]), 1, 10, most)
	}
}

// input checks a text input (components/reference#text-input).
func (k *componentCheck) input(path string, o object) {
	k.form.text(path+".custom_id", o["custom_id"], 1, 100)
	k.form.text(path+".placeholder", o["placeholder"], 0, 100)
	k.form.text(path+".value", o["value"], 0, 4000)
	k.number(path+".min_length", o["min_length"], 0, 4000)
	k.number(path+".max_length", o["max_length"], 1, 4000)
	if style := whole(o["style"]); style != 1 && style != 2 {
		k.choices(path+".style", "(1, 2)")
	}
	least, most := inputBounds(o)
	if least > most {
		k.add(path+".min_length", "COMPONENT_MIN_LENGTH_GREATER_THAN_MAX_LENGTH", "min_length must be less than or equal to max_length")
	}
	if n := utf8.RuneCountInString(str(o["value"])); n > 0 && (n < least || n > most) {
		k.length(path+".value", n, max(least, 1), most)
	}
}

func inputBounds(o object) (least, most int) {
	most = 4000
	if n, ok := num(o["max_length"]); ok {
		most = int(n)
	}
	return whole(o["min_length"]), most
}
