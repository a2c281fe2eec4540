package discordwire

import "fmt"

// sentence is something the client says, in English and in French.
type sentence struct{ en, fr string }

// What the person's client says. The wording is this package's own: it stands
// for what Discord's client shows in the same situation.
var (
	sayNoAnswer    = sentence{"The application did not respond", "L'application n'a pas répondu"}
	sayNoForm      = sentence{"This form is no longer open", "Ce formulaire n'est plus ouvert"}
	sayNoCommand   = sentence{"There is no command /%s here", "Il n'y a pas de commande /%s ici"}
	sayNoSub       = sentence{"/%s needs one of: %s", "/%s attend l'un de : %s"}
	sayNoOption    = sentence{"/%s has no option “%s”", "/%s n'a pas d'option « %s »"}
	sayStray       = sentence{"“%s” belongs to no option; write name:value", "« %s » n'appartient à aucune option ; écrivez nom:valeur"}
	sayTwice       = sentence{"The option “%s” is given twice", "L'option « %s » est donnée deux fois"}
	sayRequired    = sentence{"The option “%s” is required", "L'option « %s » est obligatoire"}
	sayInteger     = sentence{"“%s” is not a whole number, for the option “%s”", "« %s » n'est pas un nombre entier, pour l'option « %s »"}
	sayNumber      = sentence{"“%s” is not a number, for the option “%s”", "« %s » n'est pas un nombre, pour l'option « %s »"}
	sayBoolean     = sentence{"“%s” is neither true nor false, for the option “%s”", "« %s » n'est ni vrai ni faux, pour l'option « %s »"}
	sayUser        = sentence{"There is no member “%s”", "Il n'y a pas de membre « %s »"}
	sayChannel     = sentence{"There is no channel “%s” for this option", "Il n'y a pas de salon « %s » pour cette option"}
	sayRole        = sentence{"There is no role “%s”", "Il n'y a pas de rôle « %s »"}
	sayChoice      = sentence{"“%s” is not one of the choices: %s", "« %s » n'est pas l'un des choix : %s"}
	sayTooSmall    = sentence{"The option “%s” must be at least %s", "L'option « %s » doit valoir au moins %s"}
	sayTooBig      = sentence{"The option “%s” must be at most %s", "L'option « %s » doit valoir au plus %s"}
	sayTooShort    = sentence{"The option “%s” needs at least %d characters", "L'option « %s » doit avoir au moins %d caractères"}
	sayTooLong     = sentence{"The option “%s” takes at most %d characters", "L'option « %s » a au plus %d caractères"}
	sayNoFiles     = sentence{"Files cannot be typed, for the option “%s”", "Un fichier ne se tape pas, pour l'option « %s »"}
	sayNoChannel   = sentence{"You cannot see this channel", "Vous ne voyez pas ce salon"}
	sayNoWrite     = sentence{"You do not have permission to send messages in this channel", "Vous n'avez pas le droit d'écrire dans ce salon"}
	sayNoAct       = sentence{"You do not have permission to do that", "Vous n'avez pas le droit de faire cela"}
	sayLong        = sentence{"A message has at most 2,000 characters", "Un message a au plus 2 000 caractères"}
	sayEmpty       = sentence{"There is nothing to send", "Il n'y a rien à envoyer"}
	sayNoMessage   = sentence{"This message is gone", "Ce message n'existe plus"}
	sayNoControl   = sentence{"This message has no such control", "Ce message n'a pas ce bouton"}
	sayDisabled    = sentence{"This control is disabled", "Ce bouton est désactivé"}
	sayCount       = sentence{"Choose between %d and %d", "Choisissez entre %d et %d"}
	sayNotOffered  = sentence{"“%s” cannot be chosen here", "« %s » ne peut pas être choisi ici"}
	sayFill        = sentence{"Fill this in", "Remplissez ce champ"}
	sayLength      = sentence{"Between %d and %d characters", "Entre %d et %d caractères"}
	sayMistakes    = sentence{"Some answers need another look", "Certaines réponses sont à revoir"}
	sayNoShortcut  = sentence{"There is no such entry in this menu", "Cette entrée n'existe pas dans ce menu"}
	sayNotHere     = sentence{"You are not a member of this community", "Vous n'êtes pas membre de cette communauté"}
	sayHere        = sentence{"You are a member already", "Vous êtes déjà membre"}
	sayBanned      = sentence{"You are banned", "Vous êtes banni"}
	sayNoPerson    = sentence{"There is no such person", "Cette personne n'existe pas"}
	sayUnknownKind = sentence{"This cannot be done here", "Cela ne se fait pas ici"}
	sayEmoji       = sentence{"There is no such emoji", "Cet émoji n'existe pas"}
)

// to words a sentence in the language of a person's client.
func (t sentence) to(locale string, args ...any) string {
	text := t.en
	if locale == "fr" {
		text = t.fr
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// said is a sentence as an error.
type said struct{ text string }

// Error gives the sentence.
func (e said) Error() string { return e.text }

func (t sentence) err(locale string, args ...any) error { return said{t.to(locale, args...)} }
