package discordwire

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Component types (components/reference#component-object-component-types).
const (
	componentRow         = 1
	componentButton      = 2
	componentSelect      = 3
	componentInput       = 4
	componentUsers       = 5
	componentRoles       = 6
	componentMentionable = 7
	componentChannels    = 8
	componentSection     = 9
	componentText        = 10
	componentThumbnail   = 11
	componentGallery     = 12
	componentFile        = 13
	componentSeparator   = 14
	componentContainer   = 17
	componentLabel       = 18
	componentUpload      = 19
	componentRadio       = 21
	componentCheckboxes  = 22
	componentCheckbox    = 23
)

// Button styles with rules of their own (components/reference#button-button-styles).
const (
	styleLink    = 5
	stylePremium = 6
)

// Limits (components/reference).
const (
	maxRows        = 5
	maxComponents  = 40
	maxTextDisplay = 4000
)

// componentCheck checks the components of one message or modal.
type componentCheck struct {
	*form
	v2    bool
	modal bool
	files map[string]bool // names that attachment:// may use; nil: any

	count int
	text  int
	ids   map[string]bool
	nums  map[int]bool
}

// What may stand where.
var (
	inLegacy    = []int{componentRow}
	inV2        = []int{componentRow, componentSection, componentText, componentGallery, componentFile, componentSeparator, componentContainer}
	inContainer = []int{componentRow, componentSection, componentText, componentGallery, componentFile, componentSeparator}
	inSection   = []int{componentText}
	inAccessory = []int{componentButton, componentThumbnail}
	inRow       = []int{componentButton, componentSelect, componentUsers, componentRoles, componentMentionable, componentChannels}
	inModal     = []int{componentRow, componentText, componentLabel}
	inModalRow  = []int{componentInput}
	inLabel     = []int{
		componentSelect, componentInput, componentUsers, componentRoles, componentMentionable, componentChannels,
		componentUpload, componentRadio, componentCheckboxes, componentCheckbox,
	}
)

// message checks the components of a message.
func (k *componentCheck) message(top []any) {
	k.ids, k.nums = map[string]bool{}, map[int]bool{}
	if !k.v2 {
		k.length("components", len(top), 0, maxRows)
		k.each("components", top, inLegacy)
		return
	}
	k.each("components", top, inV2)
	if k.count > maxComponents {
		k.add("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
			fmt.Sprintf("The maximum number of components is %d", maxComponents))
	}
	if k.text > maxTextDisplay {
		k.add("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
			fmt.Sprintf("The total displayable text size exceeds %d", maxTextDisplay))
	}
}

func (k *componentCheck) each(path string, items []any, allowed []int) {
	for i, v := range items {
		k.one(fmt.Sprintf("%s.%d", path, i), obj(v), allowed)
	}
}

func (k *componentCheck) one(path string, o object, allowed []int) {
	kind := whole(o["type"])
	if !slices.Contains(allowed, kind) {
		k.add(path+".type", "UNION_TYPE_CHOICES", fmt.Sprintf("Value of field \"type\" must be one of %s.", tuple(allowed)))
		return
	}
	k.count++
	k.unique(path, o)
	switch kind {
	case componentRow:
		k.row(path, list(o["components"]))
	case componentButton:
		k.button(path, o)
	case componentSelect, componentUsers, componentRoles, componentMentionable, componentChannels:
		k.menu(path, o, kind)
	case componentInput:
		k.input(path, o)
	case componentSection:
		k.section(path, o)
	case componentText:
		k.form.text(path+".content", o["content"], 1, maxTextDisplay)
		k.text += utf8.RuneCountInString(str(o["content"]))
	case componentThumbnail:
		k.media(path+".media", o["media"])
		k.form.text(path+".description", o["description"], 0, 1024)
	case componentGallery:
		k.gallery(path, list(o["items"]))
	case componentFile:
		k.file(path+".file", o["file"])
	case componentContainer:
		k.length(path+".components", len(list(o["components"])), 1, maxComponents)
		k.each(path+".components", list(o["components"]), inContainer)
		k.number(path+".accent_color", o["accent_color"], 0, 0xffffff)
	default:
		k.modalOnly(path, o, kind)
	}
}

func tuple(ints []int) string {
	words := make([]string, len(ints))
	for i, n := range ints {
		words[i] = itoa(n)
	}
	return "(" + strings.Join(words, ", ") + ",)"
}

// unique wants custom_id and id to be unique
// (components/reference#anatomy-of-a-component).
func (k *componentCheck) unique(path string, o object) {
	if id := str(o["custom_id"]); id != "" {
		if k.ids[id] {
			k.add(path+".custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
		}
		k.ids[id] = true
	}
	if n := whole(o["id"]); n != 0 {
		if k.nums[n] {
			k.add(path+".id", "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
		}
		k.nums[n] = true
	}
}

func (k *componentCheck) row(path string, items []any) {
	at := path + ".components"
	k.length(at, len(items), 1, 5)
	if k.modal {
		k.each(at, items, inModalRow)
		if len(items) > 1 {
			k.add(at, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
		}
		return
	}
	for _, v := range items {
		if whole(obj(v)["type"]) != componentButton && len(items) > 1 {
			k.add(at, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
			break
		}
	}
	k.each(at, items, inRow)
}

// button wants the members that its style needs and none that it forbids
// (components/reference#button).
func (k *componentCheck) button(path string, o object) {
	style := whole(o["style"])
	k.form.text(path+".label", o["label"], 0, 80)
	if style < 1 || style > stylePremium {
		k.choices(path+".style", "(1, 2, 3, 4, 5, 6)")
		return
	}
	switch style {
	case styleLink:
		k.link(path, o)
	case stylePremium:
		if str(o["sku_id"]) == "" {
			k.required(path + ".sku_id")
		}
		return
	default:
		k.form.text(path+".custom_id", o["custom_id"], 1, 100)
		if o["url"] != nil {
			k.add(path+".url", "BUTTON_COMPONENT_URL_NOT_ALLOWED", "A url cannot be specified for this button style")
		}
	}
	if str(o["label"]) == "" && obj(o["emoji"]) == nil {
		k.add(path, "BUTTON_COMPONENT_INVALID_LABEL", "A button must have a label or an emoji")
	}
}

func (k *componentCheck) link(path string, o object) {
	k.form.text(path+".url", o["url"], 1, 512)
	if o["custom_id"] != nil {
		k.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified")
	}
	u, err := url.Parse(str(o["url"]))
	if str(o["url"]) != "" && (err != nil || !slices.Contains([]string{"http", "https", "discord"}, u.Scheme)) {
		k.add(path+".url", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https', 'discord').")
	}
}

func (k *componentCheck) menu(path string, o object, kind int) {
	k.form.text(path+".custom_id", o["custom_id"], 1, 100)
	k.form.text(path+".placeholder", o["placeholder"], 0, 150)
	k.number(path+".min_values", o["min_values"], 0, 25)
	k.number(path+".max_values", o["max_values"], 1, 25)
	least, most := bounds(o)
	if least > most {
		k.add(path+".min_values", "COMPONENT_SELECT_MIN_GREATER_THAN_MAX", "min_values must be less than or equal to max_values")
	}
	if k.modal && truth(o["disabled"]) {
		k.add(path+".disabled", "COMPONENT_DISABLED_IN_MODAL", "A modal takes no disabled component")
	}
	if kind == componentSelect {
		k.options(path+".options", list(o["options"]), 1, 25, most)
	}
}

// bounds reads how many values may be chosen; both are 1 if not given.
func bounds(o object) (least, most int) {
	least, most = 1, 1
	if n, ok := num(o["min_values"]); ok {
		least = int(n)
	}
	if n, ok := num(o["max_values"]); ok {
		most = int(n)
	}
	return least, most
}

func (k *componentCheck) options(path string, options []any, least, most, chosen int) {
	k.length(path, len(options), least, most)
	if len(options) > 0 && len(options) < chosen {
		k.add(path, "BASE_TYPE_BAD_LENGTH", fmt.Sprintf("Must be between %d and %d in length.", chosen, most))
	}
	seen := map[string]bool{}
	for i, v := range options {
		o, at := obj(v), fmt.Sprintf("%s.%d", path, i)
		k.form.text(at+".label", o["label"], 1, 100)
		k.form.text(at+".value", o["value"], 1, 100)
		k.form.text(at+".description", o["description"], 0, 100)
		if value := str(o["value"]); seen[value] {
			k.add(at+".value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		} else {
			seen[value] = true
		}
	}
}

func (k *componentCheck) section(path string, o object) {
	k.length(path+".components", len(list(o["components"])), 1, 3)
	k.each(path+".components", list(o["components"]), inSection)
	if obj(o["accessory"]) == nil {
		k.required(path + ".accessory")
		return
	}
	k.one(path+".accessory", obj(o["accessory"]), inAccessory)
}

func (k *componentCheck) gallery(path string, items []any) {
	k.length(path+".items", len(items), 1, 10)
	for i, v := range items {
		at := fmt.Sprintf("%s.items.%d", path, i)
		k.media(at+".media", obj(v)["media"])
		k.form.text(at+".description", obj(v)["description"], 0, 1024)
	}
}

func (k *componentCheck) media(path string, v any) {
	address := str(obj(v)["url"])
	u, err := url.Parse(address)
	switch {
	case address == "":
		k.required(path + ".url")
	case err != nil || !slices.Contains([]string{"http", "https", "attachment"}, u.Scheme):
		k.add(path+".url", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https', 'attachment').")
	case u.Scheme == "attachment":
		k.uploaded(path, address)
	}
}

// file wants an attachment of this very request
// (components/reference#file).
func (k *componentCheck) file(path string, v any) {
	address := str(obj(v)["url"])
	if !strings.HasPrefix(address, "attachment://") && k.files != nil {
		k.add(path+".url", "UNFURLED_MEDIA_ITEM_ATTACHMENT_REQUIRED", "Only attachment:// addresses are supported")
		return
	}
	k.media(path, v)
}

func (k *componentCheck) uploaded(path, address string) {
	name := strings.ToLower(strings.TrimPrefix(address, "attachment://"))
	if k.files != nil && !k.files[name] {
		k.add(path+".url", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", "The referenced attachment was not found")
	}
}
