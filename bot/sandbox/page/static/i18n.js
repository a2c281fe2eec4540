// What the page itself says, in English and French. What the bot and the
// platforms say comes from them, in the language they choose.

const en = {
  sandbox: "sandbox", youAre: "You are", morePeople: "More…", language: "Language", clock: "Sandbox time",
  plusMinute: "+1 min", plusHour: "+1 h", plusDay: "+1 day",
  plusMinuteLong: "Move the clock one minute forward", plusHourLong: "Move the clock one hour forward", plusDayLong: "Move the clock one day forward",
  clockMoved: "The clock now says {now}.", paneDiscord: "Discord", paneSlack: "Slack", panes: "Platform",
  botOn: "Bot connected", botOff: "Bot not connected", lost: "Connection lost, trying again…",
  channels: "Channels", directs: "Direct messages", privateChannel: "private", unread: "unread",
  whoami: "Who one is in {pane}", leave: "Leave the community", join: "Come back", gone: "{name} has left. They can come back.",
  messagesIn: "Messages in {channel}", empty: "This is the very beginning of {channel}.",
  emptyHint: "Write something, or type / to see what the bot can do.", emptyDirect: "This is the very beginning of your talk with {channel}.",
  placeholder: "Message {channel}", cannotWrite: "You may not write in this channel.", send: "Send", newMessages: "New messages",
  edited: "(edited)", app: "APP", thinkingDiscord: "{name} is thinking…", thinkingSlack: "{name} is thinking…", typing: "{name} is typing…",
  privateDiscord: "Only you can see this", privateSlack: "Only visible to you", dismissDiscord: "Dismiss message", dismissSlack: "Hide",
  used: "{name} used", inThread: "In a thread", menu: "What to do with this message", shortcuts: "Apps", react: "React with {emoji}", delete: "Delete message",
  reactions: "{emoji}: {n}, press to react", unshown: "The sandbox cannot show a “{type}”.", picture: "Picture", pictureAt: "Picture on {host}", file: "File",
  suggestions: "Suggestions", suggestionCount: "{n} suggestions", oneSuggestion: "1 suggestion",
  today: "Today", yesterday: "Yesterday", tomorrow: "Tomorrow",
  submit: "Submit", cancel: "Cancel", close: "Close", optional: "(optional)", required: "Fill in this field.", tooShort: "At least {n} characters.",
  fixErrors: "Some answers need another look.", noFiles: "Files cannot be sent from the sandbox.",
  choose: "Choose…", search: "Search", nothingFound: "Nothing found", done: "Done", moreActions: "More actions",
  noAnswer: "The sandbox does not answer. Is it still running?", roleSome: "role", channelSome: "channel", someone: "someone",
  spoiler: "Hidden text, press to show", yes: "Yes", no: "No", error: "Error",
  votes: "{n} votes", newMessageFrom: "{name}: {text}",
};

const fr = {
  sandbox: "bac à sable", youAre: "Vous êtes", morePeople: "Autres…", language: "Langue", clock: "Heure du bac à sable",
  plusMinute: "+1 min", plusHour: "+1 h", plusDay: "+1 jour",
  plusMinuteLong: "Avancer l’horloge d’une minute", plusHourLong: "Avancer l’horloge d’une heure", plusDayLong: "Avancer l’horloge d’un jour",
  clockMoved: "L’horloge indique maintenant {now}.", paneDiscord: "Discord", paneSlack: "Slack", panes: "Plateforme",
  botOn: "Bot connecté", botOff: "Bot non connecté", lost: "Connexion perdue, nouvel essai…",
  channels: "Salons", directs: "Messages privés", privateChannel: "privé", unread: "non lu",
  whoami: "Qui l’on est dans {pane}", leave: "Quitter la communauté", join: "Revenir", gone: "{name} est parti·e et peut revenir.",
  messagesIn: "Messages de {channel}", empty: "Voici le tout début de {channel}.",
  emptyHint: "Écrivez quelque chose, ou tapez / pour voir ce que sait faire le bot.", emptyDirect: "Voici le tout début de votre échange avec {channel}.",
  placeholder: "Envoyer un message dans {channel}", cannotWrite: "Vous ne pouvez pas écrire dans ce salon.", send: "Envoyer", newMessages: "Nouveaux messages",
  edited: "(modifié)", app: "APP", thinkingDiscord: "{name} réfléchit…", thinkingSlack: "{name} réfléchit…", typing: "{name} est en train d’écrire…",
  privateDiscord: "Vous seul·e pouvez voir ceci", privateSlack: "Visible par vous uniquement", dismissDiscord: "Masquer le message", dismissSlack: "Masquer",
  used: "{name} a utilisé", inThread: "Dans un fil", menu: "Que faire de ce message", shortcuts: "Applications", react: "Réagir avec {emoji}", delete: "Supprimer le message",
  reactions: "{emoji} : {n}, appuyer pour réagir", unshown: "Le bac à sable ne sait pas montrer un « {type} ».", picture: "Image", pictureAt: "Image sur {host}", file: "Fichier",
  suggestions: "Suggestions", suggestionCount: "{n} suggestions", oneSuggestion: "1 suggestion",
  today: "Aujourd’hui", yesterday: "Hier", tomorrow: "Demain",
  submit: "Envoyer", cancel: "Annuler", close: "Fermer", optional: "(facultatif)", required: "Remplissez ce champ.", tooShort: "Au moins {n} caractères.",
  fixErrors: "Certaines réponses sont à revoir.", noFiles: "Le bac à sable n’envoie pas de fichiers.",
  choose: "Choisir…", search: "Rechercher", nothingFound: "Aucun résultat", done: "Terminé", moreActions: "Autres actions",
  noAnswer: "Le bac à sable ne répond pas. Tourne-t-il encore ?", roleSome: "rôle", channelSome: "salon", someone: "quelqu’un",
  spoiler: "Texte masqué, appuyer pour le montrer", yes: "Oui", no: "Non", error: "Erreur",
  votes: "{n} votes", newMessageFrom: "{name} : {text}",
};

export const dictionaries = { en, fr };

let current = "en";

/** The language of the page: "en" or "fr". */
export function language() {
  return current;
}

/** Changes the language; what is on screen is for the caller to draw again. */
export function setLanguage(code) {
  current = code === "fr" ? "fr" : "en";
  document.documentElement.lang = current;
}

/** The viewer's locale: their browser's variety of the page's language. */
export function locale() {
  const own = (navigator.languages ?? []).find((l) => l.split("-")[0] === current);
  return own ?? (current === "fr" ? "fr-FR" : "en-GB");
}

/** A sentence of the page, with {name} replaced by values.name. */
export function t(key, values = {}) {
  const line = dictionaries[current][key] ?? en[key] ?? key;
  return line.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
