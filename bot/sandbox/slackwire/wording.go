package slackwire

import (
	"errors"
	"fmt"
)

// sentence is something that Slack's client says to a person, in English and
// in French.
type sentence struct{ en, fr string }

// What the client says. The words follow Slack's own where they are known.
func sayNotCommand() sentence {
	return sentence{
		"%s is not a valid command. In Slack, all messages that start with the “/” character are interpreted as commands. " +
			"If you are trying to send a message and not run a command, try preceding the “/” with an empty space.",
		"%s n’est pas une commande valide. Dans Slack, tout message qui commence par « / » est lu comme une commande. " +
			"Pour envoyer un message et non une commande, mettez une espace avant « / ».",
	}
}

func sayCommandFailed() sentence {
	return sentence{"%s failed with the error “%s”", "%s a échoué avec l’erreur « %s »"}
}

func sayPressFailed() sentence {
	return sentence{"Oh no, something went wrong. Please try that again.", "Oups, un problème est survenu. Veuillez réessayer."}
}

func saySubmitFailed() sentence {
	return sentence{"We had some trouble connecting. Try again?", "Nous avons eu des difficultés à nous connecter. Réessayer ?"}
}

func sayNotInteractive() sentence {
	return sentence{
		"This app is not configured to handle interactive responses. Please configure interactivity for your app under “Interactivity & Shortcuts”.",
		"Cette application n’est pas configurée pour gérer les réponses interactives. Activez l’interactivité dans ses réglages.",
	}
}

func sayMayNotPost() sentence {
	return sentence{"You can’t post in this channel.", "Vous ne pouvez pas publier dans ce canal."}
}

func sayEmpty() sentence { return sentence{"There is nothing to send.", "Il n’y a rien à envoyer."} }

func sayTooLong() sentence {
	return sentence{"Your message is too long: at most %d characters.", "Votre message est trop long : %d caractères au plus."}
}

func sayUnknown() sentence {
	return sentence{"That is no longer there.", "Cela n’existe plus."}
}

func sayNoSuchChoice() sentence {
	return sentence{"“%s” is not one of the choices.", "« %s » ne fait pas partie des choix."}
}

func sayMayNotDelete() sentence {
	return sentence{"You can’t delete this message.", "Vous ne pouvez pas supprimer ce message."}
}

func sayRequired() sentence {
	return sentence{"Please complete this required field.", "Veuillez remplir ce champ obligatoire."}
}

func sayTooShort() sentence {
	return sentence{"At least %d characters.", "Au moins %d caractères."}
}

func sayOverlong() sentence { return sentence{"At most %d characters.", "Au plus %d caractères."} }

func sayTooMany() sentence { return sentence{"At most %d choices.", "Au plus %d choix."} }

func sayBadForm() sentence {
	return sentence{"Enter a valid %s.", "Saisissez une valeur valable (%s)."}
}

func sayTooSmall() sentence { return sentence{"At least %s.", "Au moins %s."} }

func sayTooLarge() sentence { return sentence{"At most %s.", "Au plus %s."} }

// say words a sentence in the language of the workspace.
func (s *Server) say(what sentence, args ...any) string {
	form := what.en
	if s.space.team.Language == "fr" {
		form = what.fr
	}
	return fmt.Sprintf(form, args...)
}

// failure names why the app did not acknowledge, as Slack's client does.
func failure(err error) string {
	var status httpError
	switch {
	case errors.Is(err, errTimeout):
		return "operation_timeout"
	case errors.As(err, &status) && status.status >= 500:
		return "http_service_error"
	case errors.As(err, &status):
		return "http_client_error"
	}
	return "dispatch_failed"
}
