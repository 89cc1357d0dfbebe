/*
 * The chat widget of the Journey Assistant: one script without dependencies, one element in a shadow root.
 *
 *   <script src="https://support.example/widget.js" data-journey async></script>
 *   <script>(window.journey ||= []).push((journey) => journey.identify(async () => "a signed token"));</script>
 *
 * Attributes of the script (or of a <journey-widget> that the page places itself): data-language, data-theme (light,
 * dark, auto), data-position (end, start), data-page-views (on: report pages by itself once the visitor agreed).
 * Colours and sizes: the CSS variables --journey-* at the top of STYLE, set on journey-widget.
 * The page's CSP needs script-src and connect-src for the server. Text from anywhere becomes text, never markup.
 *
 * In this file, top down: words, look, small tools, storage, server, stream, outbox, session, transcript, panel,
 * proactive bubble, page views, the element, window.journey.
 */
(() => {
  "use strict";

  /**
   * @typedef {{id: string, state: "assistant"|"waiting"|"person"|"resolved", colleague: {name: string}|null,
   *   promised_at: string|null, last_seq: number, read_seq: number, seen_seq: number, csat: number|null}} Conversation
   * @typedef {{article?: string, title: string, quote: string, url?: string}} Citation
   * @typedef {{id: string, name: string, type: string, size: number}} Attachment
   * @typedef {{seq: number, id: string, kind: string, author: "customer"|"assistant"|"person"|"system", name?: string,
   *   text: string, at: string, citations?: Citation[], attachments?: Attachment[], why?: unknown}} Entry
   * @typedef {{path: string, title: string}} Page
   * @typedef {{key: string, kind: "message"|"person"|"offline", conversation?: string, text?: string, email?: string,
   *   attachments?: Attachment[], page?: Page, at: string, moved?: boolean}} Item  what waits to be sent; moved: to a new
   *   conversation, because the old one is gone
   */

  // --- words -----------------------------------------------------------------------------------------------------

  /** What the widget itself says. English is whole; {names} are filled in. */
  const WORDS = {
    en: {
      open: "Open chat", close: "Close chat", chat: "Chat", unread: "{n} new", escape: "Press Escape to close the chat.",
      robot: "Automated assistant", answering: "{name} is answering you", waiting: "A person will join you here",
      promised: "A person will answer by {time}", resolved: "This conversation is closed",
      hello: "Hello! I am an automated assistant. Ask me anything, or talk to a person whenever you like.",
      label: "Your message", write: "Write a message …", send: "Send", attach: "Attach a file", drop: "Remove {name}",
      download: "Download {name}", person: "Talk to a person", asked: "A person is on the way", end: "End chat",
      again: "New conversation", you: "You", assistant: "Assistant", colleague: "Team member", said: "{name}: {text}",
      received: "Received", reading: "Reading your message", searching: "Looking it up", checking: "Checking the answer",
      writing: "Writing", typing: "{name} is typing", sources: "Sources", why: "Why this answer?", checked: "Checked",
      loading: "One moment …", sending: "Sending", sent: "Sent", seen: "Seen", queued: "Waiting for a connection",
      failed: "Not sent", offline: "You are offline. What you write is sent as soon as you are back.",
      unreachable: "We cannot be reached at the moment. What you write is sent as soon as it works again.",
      leave: "Leave a message instead", back: "Back to the chat", leaveTitle: "We will write to you",
      leaveText: "Tell us what it is about and where we can reach you. A person will answer by e-mail.",
      email: "Your e-mail address", leaveThanks: "Thank you. We will write to {email}.",
      leaveLater: "Thank you. Your message leaves as soon as the connection is back.",
      rate: "How was this conversation?", scores: ["Very bad", "Bad", "All right", "Good", "Very good"],
      comment: "Anything to add? (optional)", thanks: "Thank you for telling us.", tooLarge: "{name} is larger than {size} MB.",
      wrongType: "Files like {name} cannot be sent here.", uploadFailed: "{name} could not be sent.", dismiss: "Dismiss",
      reply: "Reply", problem: "That did not work. Please try again.",
    },
    de: {
      open: "Chat öffnen", close: "Chat schließen", chat: "Chat", unread: "{n} neu", escape: "Mit Escape schließen Sie den Chat.",
      robot: "Automatischer Assistent", answering: "{name} antwortet Ihnen", waiting: "Gleich antwortet Ihnen hier ein Mensch",
      promised: "Ein Mensch antwortet bis {time}", resolved: "Dieses Gespräch ist beendet",
      hello: "Guten Tag! Ich bin ein automatischer Assistent. Fragen Sie mich, oder sprechen Sie jederzeit mit einem Menschen.",
      label: "Ihre Nachricht", write: "Nachricht schreiben …", send: "Senden", attach: "Datei anhängen", drop: "{name} entfernen",
      download: "{name} herunterladen", person: "Mit einem Menschen sprechen", asked: "Ein Mensch ist unterwegs", end: "Chat beenden",
      again: "Neues Gespräch", you: "Sie", assistant: "Assistent", colleague: "Unser Team", said: "{name}: {text}",
      received: "Angekommen", reading: "Liest Ihre Nachricht", searching: "Schlägt nach", checking: "Prüft die Antwort",
      writing: "Schreibt", typing: "{name} schreibt", sources: "Quellen", why: "Warum diese Antwort?", checked: "Geprüft",
      loading: "Einen Moment …", sending: "Wird gesendet", sent: "Gesendet", seen: "Gelesen", queued: "Wartet auf Verbindung",
      failed: "Nicht gesendet", offline: "Sie sind offline. Was Sie schreiben, wird gesendet, sobald Sie wieder verbunden sind.",
      unreachable: "Wir sind gerade nicht erreichbar. Was Sie schreiben, wird gesendet, sobald es wieder geht.",
      leave: "Nachricht hinterlassen", back: "Zurück zum Chat", leaveTitle: "Wir schreiben Ihnen",
      leaveText: "Sagen Sie uns, worum es geht und wie wir Sie erreichen. Ein Mensch antwortet per E-Mail.",
      email: "Ihre E-Mail-Adresse", leaveThanks: "Danke. Wir schreiben an {email}.",
      leaveLater: "Danke. Ihre Nachricht geht hinaus, sobald die Verbindung wieder da ist.",
      rate: "Wie war dieses Gespräch?", scores: ["Sehr schlecht", "Schlecht", "In Ordnung", "Gut", "Sehr gut"],
      comment: "Möchten Sie etwas hinzufügen? (freiwillig)", thanks: "Danke für Ihre Rückmeldung.",
      tooLarge: "{name} ist größer als {size} MB.", wrongType: "Dateien wie {name} können hier nicht gesendet werden.",
      uploadFailed: "{name} konnte nicht gesendet werden.", dismiss: "Ausblenden", reply: "Antworten",
      problem: "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.",
    },
    es: {
      open: "Abrir el chat", close: "Cerrar el chat", chat: "Chat", unread: "{n} nuevos", escape: "Pulse Escape para cerrar el chat.",
      robot: "Asistente automático", answering: "{name} le atiende", waiting: "Una persona le atenderá aquí",
      promised: "Una persona le responderá antes de {time}", resolved: "Esta conversación está cerrada",
      hello: "¡Hola! Soy un asistente automático. Pregúnteme lo que quiera o hable con una persona cuando lo desee.",
      label: "Su mensaje", write: "Escriba un mensaje …", send: "Enviar", attach: "Adjuntar un archivo", drop: "Quitar {name}",
      download: "Descargar {name}", person: "Hablar con una persona", asked: "Hemos avisado a una persona", end: "Terminar el chat",
      again: "Nueva conversación", you: "Usted", assistant: "Asistente", colleague: "Nuestro equipo", said: "{name}: {text}",
      received: "Recibido", reading: "Leyendo su mensaje", searching: "Buscando", checking: "Comprobando la respuesta",
      writing: "Escribiendo", typing: "{name} está escribiendo", sources: "Fuentes", why: "¿Por qué esta respuesta?", checked: "Comprobado",
      loading: "Un momento …", sending: "Enviando", sent: "Enviado", seen: "Leído", queued: "Esperando conexión",
      failed: "No enviado", offline: "No tiene conexión. Lo que escriba se enviará en cuanto vuelva.",
      unreachable: "Ahora mismo no nos puede contactar. Lo que escriba se enviará en cuanto vuelva a funcionar.",
      leave: "Dejar un mensaje", back: "Volver al chat", leaveTitle: "Le escribiremos",
      leaveText: "Díganos de qué se trata y cómo contactarle. Una persona le responderá por correo.",
      email: "Su correo electrónico", leaveThanks: "Gracias. Le escribiremos a {email}.",
      leaveLater: "Gracias. Su mensaje saldrá en cuanto vuelva la conexión.",
      rate: "¿Qué le ha parecido la conversación?", scores: ["Muy mal", "Mal", "Regular", "Bien", "Muy bien"],
      comment: "¿Quiere añadir algo? (opcional)", thanks: "Gracias por su opinión.", tooLarge: "{name} supera los {size} MB.",
      wrongType: "Aquí no se pueden enviar archivos como {name}.", uploadFailed: "No se pudo enviar {name}.", dismiss: "Descartar",
      reply: "Responder", problem: "No ha funcionado. Inténtelo de nuevo.",
    },
    fr: {
      open: "Ouvrir le chat", close: "Fermer le chat", chat: "Chat", unread: "{n} nouveaux", escape: "Appuyez sur Échap pour fermer le chat.",
      robot: "Assistant automatique", answering: "{name} vous répond", waiting: "Une personne va vous répondre ici",
      promised: "Une personne répondra avant {time}", resolved: "Cette conversation est terminée",
      hello: "Bonjour ! Je suis un assistant automatique. Posez-moi vos questions, ou parlez à une personne quand vous voulez.",
      label: "Votre message", write: "Écrivez un message …", send: "Envoyer", attach: "Joindre un fichier", drop: "Retirer {name}",
      download: "Télécharger {name}", person: "Parler à une personne", asked: "Une personne est prévenue", end: "Terminer",
      again: "Nouvelle conversation", you: "Vous", assistant: "Assistant", colleague: "Notre équipe", said: "{name} : {text}",
      received: "Reçu", reading: "Lecture de votre message", searching: "Recherche en cours", checking: "Vérification de la réponse",
      writing: "Rédaction", typing: "{name} écrit", sources: "Sources", why: "Pourquoi cette réponse ?", checked: "Vérifié",
      loading: "Un instant …", sending: "Envoi", sent: "Envoyé", seen: "Lu", queued: "En attente de connexion",
      failed: "Non envoyé", offline: "Vous êtes hors ligne. Vos messages partiront dès votre retour.",
      unreachable: "Nous sommes injoignables pour le moment. Vos messages partiront dès que possible.",
      leave: "Laisser un message", back: "Revenir au chat", leaveTitle: "Nous vous écrirons",
      leaveText: "Dites-nous de quoi il s'agit et où vous joindre. Une personne répondra par e-mail.",
      email: "Votre adresse e-mail", leaveThanks: "Merci. Nous écrirons à {email}.",
      leaveLater: "Merci. Votre message partira dès que la connexion sera rétablie.",
      rate: "Comment s'est passée cette conversation ?", scores: ["Très mal", "Mal", "Correct", "Bien", "Très bien"],
      comment: "Quelque chose à ajouter ? (facultatif)", thanks: "Merci de votre avis.", tooLarge: "{name} dépasse {size} Mo.",
      wrongType: "Les fichiers comme {name} ne peuvent pas être envoyés ici.", uploadFailed: "{name} n'a pas pu être envoyé.",
      dismiss: "Ignorer", reply: "Répondre", problem: "Cela n'a pas fonctionné. Veuillez réessayer.",
    },
    it: {
      open: "Apri la chat", close: "Chiudi la chat", chat: "Chat", unread: "{n} nuovi", escape: "Prema Esc per chiudere la chat.",
      robot: "Assistente automatico", answering: "{name} le risponde", waiting: "Una persona le risponderà qui",
      promised: "Una persona risponderà entro {time}", resolved: "Questa conversazione è chiusa",
      hello: "Buongiorno! Sono un assistente automatico. Mi chieda pure, o parli con una persona quando vuole.",
      label: "Il suo messaggio", write: "Scriva un messaggio …", send: "Invia", attach: "Allega un file", drop: "Rimuovi {name}",
      download: "Scarica {name}", person: "Parla con una persona", asked: "Una persona è stata avvisata", end: "Termina la chat",
      again: "Nuova conversazione", you: "Lei", assistant: "Assistente", colleague: "Il nostro team", said: "{name}: {text}",
      received: "Ricevuto", reading: "Leggo il messaggio", searching: "Cerco", checking: "Controllo la risposta",
      writing: "Scrivo", typing: "{name} sta scrivendo", sources: "Fonti", why: "Perché questa risposta?", checked: "Verificato",
      loading: "Un momento …", sending: "Invio", sent: "Inviato", seen: "Letto", queued: "In attesa di connessione",
      failed: "Non inviato", offline: "È offline. I messaggi partono appena torna la connessione.",
      unreachable: "Al momento non siamo raggiungibili. I messaggi partono appena possibile.",
      leave: "Lascia un messaggio", back: "Torna alla chat", leaveTitle: "Le scriveremo noi",
      leaveText: "Ci dica di che si tratta e come raggiungerla. Una persona risponderà via e-mail.",
      email: "Il suo indirizzo e-mail", leaveThanks: "Grazie. Scriveremo a {email}.",
      leaveLater: "Grazie. Il messaggio parte appena torna la connessione.",
      rate: "Com'è andata la conversazione?", scores: ["Molto male", "Male", "Così così", "Bene", "Molto bene"],
      comment: "Vuole aggiungere qualcosa? (facoltativo)", thanks: "Grazie del suo parere.", tooLarge: "{name} supera {size} MB.",
      wrongType: "Qui non si possono inviare file come {name}.", uploadFailed: "Impossibile inviare {name}.", dismiss: "Ignora",
      reply: "Rispondi", problem: "Non ha funzionato. Riprovi.",
    },
    pt: {
      open: "Abrir o chat", close: "Fechar o chat", chat: "Chat", unread: "{n} novas", escape: "Prima Escape para fechar o chat.",
      robot: "Assistente automático", answering: "{name} está a responder", waiting: "Uma pessoa vai responder aqui",
      promised: "Uma pessoa responde até {time}", resolved: "Esta conversa está encerrada",
      hello: "Olá! Sou um assistente automático. Pergunte-me o que quiser, ou fale com uma pessoa quando preferir.",
      label: "A sua mensagem", write: "Escreva uma mensagem …", send: "Enviar", attach: "Anexar um ficheiro", drop: "Remover {name}",
      download: "Transferir {name}", person: "Falar com uma pessoa", asked: "Uma pessoa foi avisada", end: "Terminar",
      again: "Nova conversa", you: "Você", assistant: "Assistente", colleague: "A nossa equipa", said: "{name}: {text}",
      received: "Recebido", reading: "A ler a sua mensagem", searching: "A procurar", checking: "A verificar a resposta",
      writing: "A escrever", typing: "{name} está a escrever", sources: "Fontes", why: "Porquê esta resposta?", checked: "Verificado",
      loading: "Um momento …", sending: "A enviar", sent: "Enviada", seen: "Lida", queued: "À espera de ligação",
      failed: "Não enviada", offline: "Está sem ligação. O que escrever segue assim que voltar.",
      unreachable: "De momento não é possível contactar-nos. O que escrever segue assim que possível.",
      leave: "Deixar uma mensagem", back: "Voltar ao chat", leaveTitle: "Nós escrevemos-lhe",
      leaveText: "Diga-nos do que se trata e como o contactar. Uma pessoa responde por e-mail.",
      email: "O seu e-mail", leaveThanks: "Obrigado. Vamos escrever para {email}.",
      leaveLater: "Obrigado. A mensagem segue assim que a ligação voltar.",
      rate: "Como foi esta conversa?", scores: ["Muito má", "Má", "Razoável", "Boa", "Muito boa"],
      comment: "Quer acrescentar algo? (opcional)", thanks: "Obrigado pela sua opinião.", tooLarge: "{name} tem mais de {size} MB.",
      wrongType: "Não é possível enviar ficheiros como {name}.", uploadFailed: "Não foi possível enviar {name}.", dismiss: "Dispensar",
      reply: "Responder", problem: "Não resultou. Tente novamente.",
    },
    nl: {
      open: "Chat openen", close: "Chat sluiten", chat: "Chat", unread: "{n} nieuw", escape: "Druk op Escape om de chat te sluiten.",
      robot: "Automatische assistent", answering: "{name} antwoordt u", waiting: "Een medewerker antwoordt u hier",
      promised: "Een medewerker antwoordt vóór {time}", resolved: "Dit gesprek is afgesloten",
      hello: "Hallo! Ik ben een automatische assistent. Stel gerust uw vraag, of spreek met een medewerker wanneer u wilt.",
      label: "Uw bericht", write: "Schrijf een bericht …", send: "Versturen", attach: "Bestand toevoegen", drop: "{name} verwijderen",
      download: "{name} downloaden", person: "Met een medewerker spreken", asked: "Er komt een medewerker", end: "Chat beëindigen",
      again: "Nieuw gesprek", you: "U", assistant: "Assistent", colleague: "Ons team", said: "{name}: {text}",
      received: "Ontvangen", reading: "Leest uw bericht", searching: "Zoekt het op", checking: "Controleert het antwoord",
      writing: "Schrijft", typing: "{name} is aan het typen", sources: "Bronnen", why: "Waarom dit antwoord?", checked: "Gecontroleerd",
      loading: "Een moment …", sending: "Versturen", sent: "Verstuurd", seen: "Gelezen", queued: "Wacht op verbinding",
      failed: "Niet verstuurd", offline: "U bent offline. Wat u schrijft wordt verstuurd zodra u weer verbonden bent.",
      unreachable: "We zijn nu niet bereikbaar. Wat u schrijft wordt verstuurd zodra het weer kan.",
      leave: "Bericht achterlaten", back: "Terug naar de chat", leaveTitle: "Wij schrijven u",
      leaveText: "Vertel ons waar het om gaat en hoe we u bereiken. Een medewerker antwoordt per e-mail.",
      email: "Uw e-mailadres", leaveThanks: "Dank u. We schrijven naar {email}.",
      leaveLater: "Dank u. Uw bericht vertrekt zodra de verbinding terug is.",
      rate: "Hoe was dit gesprek?", scores: ["Heel slecht", "Slecht", "Gaat wel", "Goed", "Heel goed"],
      comment: "Wilt u iets toevoegen? (niet verplicht)", thanks: "Dank u voor uw mening.", tooLarge: "{name} is groter dan {size} MB.",
      wrongType: "Bestanden als {name} kunnen hier niet worden verstuurd.", uploadFailed: "{name} kon niet worden verstuurd.",
      dismiss: "Sluiten", reply: "Antwoorden", problem: "Dat lukte niet. Probeer het opnieuw.",
    },
  };
  const RIGHT_TO_LEFT = /^(ar|fa|he|ur|ps|yi|dv|ckb)\b/i;

  // --- look ------------------------------------------------------------------------------------------------------

  const STYLE = `
:host {
  --accent: var(--journey-accent, #17695a); --on-accent: var(--journey-on-accent, #fff);
  --surface: var(--journey-surface, #fff); --ground: var(--journey-ground, #f4f6f5); --text: var(--journey-text, #17211e);
  --soft: var(--journey-soft, #52605b); --line: var(--journey-line, #d9e0dd); --mine: var(--journey-mine, #17695a);
  --on-mine: var(--journey-on-mine, #fff); --warn: #8a4b00; --warn-ground: #fff3dd; --bad: #b3261e; --link: var(--journey-link, #0f5c4d);
  --radius: var(--journey-radius, 18px); --shadow: 0 18px 50px rgb(16 32 28 / .22), 0 2px 8px rgb(16 32 28 / .12);
  all: initial; display: block; position: fixed; inset-block-end: 0; inset-inline-end: 0; z-index: var(--journey-layer, 2147483000);
  font: 400 15px/1.5 var(--journey-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
  color: var(--text); color-scheme: light; -webkit-text-size-adjust: 100%;
}
:host([position=start]) { inset-inline: 0 auto; }
:host([shade=dark]) {
  --surface: var(--journey-surface, #16201d); --ground: var(--journey-ground, #0e1513); --text: var(--journey-text, #eaf1ee);
  --soft: var(--journey-soft, #a5b5af); --line: var(--journey-line, #31403b); --warn: #ffd08a; --warn-ground: #3a2c10; --bad: #ff9d94;
  --link: var(--journey-link, #7fd8c2); --shadow: 0 18px 50px rgb(0 0 0 / .6), 0 0 0 1px #31403b; color-scheme: dark;
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
button, input, textarea { font: inherit; color: inherit; margin: 0; }
button { cursor: pointer; background: none; border: 0; padding: 0; border-radius: 10px; }
button:disabled { cursor: default; opacity: .55; }
:focus { outline: none; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
svg { display: block; inline-size: 1.35em; block-size: 1.35em; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
p, ul, ol, h2, fieldset, legend { margin: 0; padding: 0; border: 0; }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.launcher { position: fixed; inset-block-end: var(--journey-offset, 20px); inset-inline-end: var(--journey-offset, 20px); inline-size: 60px;
  block-size: 60px; border-radius: 50%; background: var(--accent); color: var(--on-accent); display: grid; place-items: center;
  box-shadow: 0 6px 20px rgb(16 32 28 / .3); transition: transform .16s ease; }
.launcher:hover { transform: translateY(-2px); }
.launcher svg { inline-size: 28px; block-size: 28px; }
.launcher:focus-visible { outline-color: var(--text); outline-offset: 3px; }
:host([position=start]) .launcher { inset-inline: var(--journey-offset, 20px) auto; }
.badge { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-inline-size: 24px; block-size: 24px; padding: 0 6px; border-radius: 12px;
  background: #b3261e; color: #fff; font-weight: 700; font-size: 13px; line-height: 24px; text-align: center; }

.panel { position: fixed; inset-block-end: calc(var(--journey-offset, 20px) + 74px); inset-inline-end: var(--journey-offset, 20px); inline-size: 400px;
  block-size: min(660px, calc(100dvh - 120px)); display: flex; flex-direction: column; overflow: clip; background: var(--surface);
  border-radius: var(--radius); box-shadow: var(--shadow); animation: rise .2s ease-out; }
:host([position=start]) .panel { inset-inline: var(--journey-offset, 20px) auto; }
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }
.head, .notice, .foot { flex: none; }
.head { display: flex; align-items: center; gap: 12px; padding: 14px 16px; background: var(--accent); color: var(--on-accent); }
.face { flex: none; inline-size: 40px; block-size: 40px; border-radius: 50%; display: grid; place-items: center; background: rgb(255 255 255 / .18); font-weight: 700; }
.head h2 { font-size: 16px; font-weight: 650; line-height: 1.3; }
.head p { font-size: 13.5px; line-height: 1.35; }
.names { flex: 1; min-inline-size: 0; overflow-wrap: anywhere; }
.head button { inline-size: 40px; block-size: 40px; display: grid; place-items: center; }
.head button:hover { background: rgb(255 255 255 / .16); }
.head button:focus-visible { outline-color: var(--on-accent); outline-offset: -3px; }
.notice { display: flex; flex-wrap: wrap; gap: 2px 12px; padding: 9px 16px; font-size: 13.5px; background: var(--warn-ground); color: var(--warn); }
.notice button { text-decoration: underline; font-weight: 600; color: inherit; }

.log { flex: 1; min-block-size: 0; overflow-y: auto; overscroll-behavior: contain; padding: 18px 16px 10px; background: var(--ground); display: flex; flex-direction: column; gap: 14px; scroll-behavior: smooth; }
.log:focus-visible { outline-offset: -3px; }
.entry { max-inline-size: 88%; display: flex; flex-direction: column; gap: 4px; align-self: flex-start; align-items: flex-start; }
.entry.customer { align-self: flex-end; align-items: flex-end; }
.entry.system { align-self: center; align-items: center; max-inline-size: 95%; }
.entry .bubble { padding: 10px 14px; border-radius: 16px; border-end-start-radius: 5px; background: var(--surface); border: 1px solid var(--line);
  white-space: pre-wrap; overflow-wrap: anywhere; max-inline-size: 100%; }
.entry.customer .bubble { background: var(--mine); color: var(--on-mine); border-color: transparent; border-radius: 16px; border-end-end-radius: 5px; }
.entry.person .bubble { border-color: var(--link); }
.entry.system .bubble { background: none; border: 0; padding: 2px 8px; text-align: center; color: var(--soft); font-size: 13.5px; }
.meta { font-size: 12.5px; color: var(--soft); padding-inline: 4px; }
.meta.bad { color: var(--bad); font-weight: 600; }
a { color: var(--link); overflow-wrap: anywhere; }
.more { inline-size: 100%; font-size: 13.5px; display: flex; flex-wrap: wrap; gap: 4px 14px; padding-inline: 4px; }
details { color: var(--soft); }
details[open] { flex-basis: 100%; }
summary { cursor: pointer; color: var(--link); font-weight: 600; border-radius: 6px; list-style: none; padding-block: 2px; }
summary::-webkit-details-marker { display: none; }
summary::after { content: ""; display: inline-block; inline-size: 6px; block-size: 6px; margin-inline-start: 7px; border: solid currentColor; border-width: 0 2px 2px 0; transform: translateY(-2px) rotate(45deg); }
details[open] > summary::after { transform: translateY(1px) rotate(225deg); }
details ul { list-style: none; display: grid; gap: 8px; padding: 8px 0 6px; }
details li { border-inline-start: 3px solid var(--line); padding-inline-start: 10px; overflow-wrap: anywhere; }
details q { display: block; quotes: none; color: var(--soft); }
.title { font-weight: 600; color: var(--text); }
.chips { display: flex; flex-wrap: wrap; gap: 6px; max-inline-size: 100%; }
.chip { display: inline-flex; align-items: center; gap: 7px; max-inline-size: 100%; padding: 5px 10px; border: 1px solid var(--line); border-radius: 10px; background: var(--surface); font-size: 13.5px; color: var(--text); }
.chip span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.progress { display: flex; align-items: center; gap: 9px; font-size: 13.5px; color: var(--soft); padding-inline: 4px; }
.dots { display: inline-flex; gap: 4px; }
.dots i { inline-size: 6px; block-size: 6px; border-radius: 50%; background: currentColor; animation: beat 1.2s infinite; }
.dots i:nth-child(2) { animation-delay: .15s; } .dots i:nth-child(3) { animation-delay: .3s; }
@keyframes beat { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; } }

.foot { border-block-start: 1px solid var(--line); background: var(--surface); padding: 8px 12px max(10px, env(safe-area-inset-bottom)); }
.bar { display: flex; justify-content: space-between; gap: 8px; padding-block-end: 6px; }
.bar button { display: inline-flex; align-items: center; gap: 7px; min-block-size: 34px; padding: 4px 8px; font-size: 13.5px; font-weight: 600; color: var(--link); text-align: start; }
.bar button:hover { background: var(--ground); }
.bar .quiet { color: var(--soft); font-weight: 400; margin-inline-start: auto; }
.bar button:disabled { color: var(--soft); opacity: 1; background: none; }
.write { display: flex; align-items: flex-end; gap: 6px; border: 1px solid var(--line); border-radius: 14px; padding: 5px; background: var(--surface); }
.write:focus-within { border-color: var(--link); box-shadow: 0 0 0 1px var(--link); }
.write textarea { flex: 1; min-inline-size: 0; resize: none; border: 0; background: none; padding: 7px 4px; max-block-size: 132px; font-size: 16px; line-height: 1.4; }
.write textarea:focus-visible { outline: none; }
.write textarea::placeholder { color: var(--soft); opacity: 1; }
.write button { flex: none; inline-size: 40px; block-size: 40px; display: grid; place-items: center; color: var(--soft); }
.write .send { background: var(--accent); color: var(--on-accent); }
[dir=rtl] .send svg { transform: scaleX(-1); }
.foot .chips { padding-block-end: 6px; }
.chip button { inline-size: 24px; block-size: 24px; display: grid; place-items: center; }
.error { color: var(--bad); font-size: 13.5px; padding-block-end: 6px; }

.card { background: var(--surface); border: 1px solid var(--line); border-radius: 16px; padding: 14px; display: grid; gap: 10px; }
.card legend, .card h3 { font-weight: 650; font-size: 15px; margin: 0; padding: 0; }
.scores { display: grid; grid-template-columns: repeat(5, 1fr); gap: 6px; margin-block-start: 8px; }
.scores label { position: relative; display: grid; justify-items: center; align-content: start; gap: 2px; border: 1px solid var(--line); border-radius: 10px; padding: 7px 2px; font-size: 11.5px;
  line-height: 1.25; text-align: center; cursor: pointer; color: var(--soft); }
.scores b { font-size: 17px; color: var(--text); }
.scores input { position: absolute; inset: 0; opacity: 0; inline-size: 100%; block-size: 100%; cursor: pointer; }
.scores label:has(:checked) { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
.scores label:has(:checked) b { color: inherit; }
.scores label:has(:focus-visible) { outline: 3px solid var(--link); outline-offset: 2px; }
.field { display: grid; gap: 4px; font-size: 13.5px; }
.field input, .field textarea { border: 1px solid var(--soft); border-radius: 10px; padding: 8px 10px; background: var(--surface); font-size: 16px; resize: vertical; inline-size: 100%; }
.solid { background: var(--accent); color: var(--on-accent); font-weight: 600; padding: 9px 16px; justify-self: start; }
.plain { color: var(--link); font-weight: 600; padding: 6px 2px; justify-self: start; }

.hint { position: fixed; inset-block-end: calc(var(--journey-offset, 20px) + 76px); inset-inline-end: var(--journey-offset, 20px); inline-size: min(320px, calc(100vw - 40px)); background: var(--surface);
  border-radius: var(--radius); box-shadow: var(--shadow); padding: 14px 16px; display: grid; gap: 8px; animation: rise .25s ease-out; }
:host([position=start]) .hint { inset-inline: var(--journey-offset, 20px) auto; }
.hint p { overflow-wrap: anywhere; }
.hint .meta { padding: 0; }
.hint div { display: flex; gap: 14px; align-items: center; }

@media (max-width: 560px) {
  .panel { inset: 0; inline-size: 100%; block-size: 100dvh; border-radius: 0; }
  :host([position=start]) .panel { inset: 0; }
  :host([opened]) .launcher { display: none; }
}
@media (max-height: 420px) { .panel { inset-block: 0; block-size: 100dvh; } }
@media (prefers-reduced-motion: reduce) { *, *::before, *::after { animation: none !important; transition: none !important; scroll-behavior: auto !important; } }
@media (forced-colors: active) { .panel, .launcher, .hint, .entry .bubble { border: 1px solid; } }
@media print { :host { display: none; } }
`;

  /** Outlines in a box of 24 by 24. */
  const ICONS = {
    chat: "M21 11.5a8.4 8.4 0 0 1-12.3 7.4L3 21l2.1-5.7A8.4 8.4 0 1 1 21 11.5Z M8.5 11.5h.01M12.5 11.5h.01M16.5 11.5h.01",
    close: "M6 6l12 12M18 6 6 18",
    down: "m6 9 6 6 6-6",
    send: "M4 12 20 4l-4 16-4-7-8-1Z",
    clip: "m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7L9.4 17a1.7 1.7 0 0 1-2.4-2.4L14.5 7",
    person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20a7.5 7.5 0 0 1 15 0",
    spark: "M12 3l1.9 5.6L19.5 10.5l-5.6 1.9L12 18l-1.9-5.6L4.5 10.5l5.6-1.9ZM19 16v4M17 18h4",
    file: "M14 3H7a1.5 1.5 0 0 0-1.5 1.5v15A1.5 1.5 0 0 0 7 21h10a1.5 1.5 0 0 0 1.5-1.5V8ZM14 3v5h4.5",
  };

  // --- small tools -----------------------------------------------------------------------------------------------

  const MOST_CHARACTERS = 4000;
  const MOST_FILES = 5;
  const reduced = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const pause = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));
  const newKey = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

  /** An element with attributes (on… are listeners, false and null are left out) and children; a string child is text. */
  function make(/** @type {string} */ tag, /** @type {Record<string, unknown>} */ attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
      else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : String(value));
    }
    node.append(...children.filter((child) => child != null && child !== false));
    return node;
  }

  function icon(/** @type {keyof ICONS} */ name) {
    const space = "http://www.w3.org/2000/svg";
    const drawing = document.createElementNS(space, "svg");
    drawing.setAttribute("viewBox", "0 0 24 24");
    drawing.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(space, "path");
    line.setAttribute("d", ICONS[name]);
    drawing.append(line);
    return drawing;
  }

  /** The language's own words, English where it has none, and its way to write times. */
  class Language {
    constructor(/** @type {string} */ tag) {
      this.tag = Intl.DateTimeFormat.supportedLocalesOf([tag.replace("_", "-")].filter(isLanguageTag))[0] ?? "en";
      this.words = WORDS[this.tag.split("-")[0]] ?? WORDS.en;
      this.direction = RIGHT_TO_LEFT.test(this.tag) ? "rtl" : "ltr";
      this.written = this.words === WORDS.en ? "en" : this.tag;
    }

    say(/** @type {string} */ word, /** @type {Record<string, unknown>} */ values = {}) {
      return String(this.words[word] ?? word).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
    }

    time(/** @type {string} */ at) {
      const when = new Date(at);
      if (isNaN(+when)) return "";
      const today = when.toDateString() === new Date().toDateString();
      const parts = today ? {} : Math.abs(+when - Date.now()) < 6 * 864e5 ? { weekday: "short" } : { day: "numeric", month: "short" };
      return new Intl.DateTimeFormat(this.tag, { ...parts, hour: "numeric", minute: "2-digit" }).format(when);
    }

    /** The sentences of a text with the white space behind each; put together again they are the text. */
    sentences(/** @type {string} */ text) {
      if (!Intl.Segmenter) return text.match(/[^.!?…\n]+[.!?…\n]*\s*|\s+/g) ?? [text];
      return [...new Intl.Segmenter(this.tag, { granularity: "sentence" }).segment(text)].map((part) => part.segment);
    }
  }

  function isLanguageTag(/** @type {string} */ tag) {
    try {
      return Intl.getCanonicalLocales(tag).length > 0;
    } catch {
      return false;
    }
  }

  /** An address that may become a link, or null: http and https, nothing that runs. */
  function safeAddress(/** @type {unknown} */ text) {
    try {
      const address = new URL(String(text));
      return /^https?:$/.test(address.protocol) && !address.username ? address.href : null;
    } catch {
      return null;
    }
  }

  const outsideLink = (/** @type {string} */ href, /** @type {string} */ text) =>
    make("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text);

  /** A text as nodes: addresses in it are links, everything else stays text. */
  function withLinks(/** @type {string} */ text) {
    const nodes = [];
    let end = 0;
    for (const found of text.matchAll(/\bhttps?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}»”]/g)) {
      const address = safeAddress(found[0]);
      if (!address) continue;
      nodes.push(text.slice(end, found.index), outsideLink(address, found[0]));
      end = found.index + found[0].length;
    }
    return [...nodes, text.slice(end)];
  }

  /** Times between tries: 1 s, 2 s, 4 s … 30 s, a fifth more or less so that not all come back at once. */
  class Backoff {
    #tries = 0;
    next(/** @type {number} */ atLeast = 0) {
      const ms = Math.min(30_000, 1000 * 2 ** this.#tries++);
      return Math.max(atLeast, ms * (0.8 + Math.random() * 0.4));
    }
    reset() {
      this.#tries = 0;
    }
  }

  // --- storage ---------------------------------------------------------------------------------------------------

  /** What is kept in the browser, by server; a browser that keeps nothing is fine. */
  class Kept {
    constructor(/** @type {string} */ server, /** @type {() => Storage} */ where) {
      this.prefix = `journey:${server}:`;
      this.where = where;
    }
    get(/** @type {string} */ name) {
      try {
        return JSON.parse(this.where().getItem(this.prefix + name) ?? "null");
      } catch {
        return null;
      }
    }
    set(/** @type {string} */ name, /** @type {unknown} */ value) {
      try {
        if (value == null) this.where().removeItem(this.prefix + name);
        else this.where().setItem(this.prefix + name, JSON.stringify(value));
      } catch {
        /* private mode, or full: the page goes on without */
      }
    }
  }

  // --- server ----------------------------------------------------------------------------------------------------

  /** The server said no. `temporary`: the same call may work later. */
  class Refused extends Error {
    constructor(/** @type {number} */ status, /** @type {number} */ waitMs = 0) {
      super(`the chat server answered ${status}`);
      this.status = status;
      this.waitMs = waitMs;
      this.temporary = status >= 500 || [408, 425, 429].includes(status);
    }
  }

  /** Nobody answered, or no token can be had: try again later. */
  class Unreachable extends Error {
    temporary = true;
    waitMs = 0;
  }

  /** Who speaks: a customer by the page's own token, else a visitor by the server's. */
  class Identity {
    /** @type {null | (() => Promise<string>)} */ #ask = null;
    /** @type {string|null} */ #token = null;
    /** @type {Promise<string>|null} */ #asking = null;
    #renewAt = 0;
    /** Who the kept things belong to; null while a customer is not proven yet. @type {string|null} */ subject = "visitor";

    constructor(/** @type {string} */ server, /** @type {Kept} */ kept) {
      this.server = server;
      this.kept = kept;
      this.#token = kept.get("visitor");
      this.#renewAt = this.#token ? Infinity : 0;
    }

    get isCustomer() {
      return this.#ask !== null;
    }
    get isKnown() {
      return this.isCustomer || this.#token !== null;
    }

    /** From now on a customer (or, with null, a new visitor). */
    become(/** @type {null | (() => Promise<string>)} */ ask) {
      if (!ask) this.kept.set("visitor", null);
      this.#ask = ask;
      this.#asking = null;
      this.#token = null;
      this.#renewAt = 0;
      this.subject = ask ? null : "visitor";
    }

    /** A token that should be valid; `fresh` asks for a new one. Raises Unreachable, Refused. */
    async token(fresh = false) {
      if (!fresh && this.#token && performance.now() < this.#renewAt) return this.#token;
      this.#asking ??= this.#renew().finally(() => (this.#asking = null));
      return this.#asking;
    }

    async #renew() {
      const ask = this.#ask;
      const token = ask ? await askPage(ask) : await this.#visitorToken();
      if (ask !== this.#ask) return this.#renew();
      const claims = claimsOf(token);
      this.#token = token;
      this.#renewAt = performance.now() + Math.max(5, (claims.exp - claims.iat) * 0.8 || 300) * 1000;
      if (ask) this.subject = `customer:${claims.sub}`;
      else this.kept.set("visitor", token);
      return token;
    }

    async #visitorToken() {
      const before = this.#token ?? this.kept.get("visitor");
      const headers = { "Content-Type": "application/json", ...(before ? { Authorization: `Bearer ${before}` } : {}) };
      let response = await reach(`${this.server}/v1/chat/visitors`, { method: "POST", headers, body: "{}" });
      if (before && [401, 403].includes(response.status)) {
        // Away for too long: somebody new.
        this.kept.set("conversation:visitor", null);
        delete headers.Authorization;
        response = await reach(`${this.server}/v1/chat/visitors`, { method: "POST", headers, body: "{}" });
      }
      if (!response.ok) throw new Unreachable(`no token for a visitor: ${response.status}`);
      return (await response.json()).token;
    }
  }

  async function askPage(/** @type {() => Promise<string>} */ ask) {
    try {
      const token = await ask();
      if (typeof token === "string" && token) return token;
    } catch {
      /* the page's own backend is down: the same as no token */
    }
    throw new Unreachable("the page gave no token");
  }

  /** What a token says about itself; nothing is trusted here, the server checks it. */
  function claimsOf(/** @type {string} */ token) {
    try {
      const bytes = Uint8Array.from(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
      return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return {};
    }
  }

  /** fetch, whose failure is Unreachable. */
  async function reach(/** @type {string} */ address, /** @type {RequestInit} */ options) {
    try {
      return await fetch(address, { credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(20_000), ...options });
    } catch (error) {
      throw new Unreachable(String(error));
    }
  }

  /** The calls of /v1/chat. Each raises Unreachable or Refused. */
  class Server {
    constructor(/** @type {string} */ address, /** @type {Identity} */ identity) {
      this.address = address;
      this.identity = identity;
    }

    /** One call with the token; a token that has just ended is renewed once. */
    async call(/** @type {string} */ method, /** @type {string} */ path, /** @type {RequestInit & {json?: unknown}} */ options = {}) {
      const { json, headers, ...rest } = options;
      const body = json === undefined ? rest.body : JSON.stringify(json);
      for (const fresh of [false, true]) {
        const token = await this.identity.token(fresh);
        const all = { ...headers, Authorization: `Bearer ${token}`, ...(json === undefined ? {} : { "Content-Type": "application/json" }) };
        const response = await reach(`${this.address}/v1/chat${path}`, { ...rest, method, headers: all, body });
        if (response.status === 401 && !fresh) continue;
        return accepted(response);
      }
    }

    async json(/** @type {string} */ method, /** @type {string} */ path, /** @type {unknown} */ body, headers = {}) {
      const response = await this.call(method, path, { json: body, headers });
      return response.status === 204 ? null : response.json();
    }

    /** How the operator set the chat up; needs no token. */
    async config() {
      return (await accepted(await reach(`${this.address}/v1/chat/config`, {}))).json();
    }

    /** A message for when no token can be had. */
    async offline(/** @type {Item} */ item) {
      const headers = { "Content-Type": "application/json", "Idempotency-Key": item.key };
      const body = JSON.stringify({ email: item.email, text: item.text });
      await accepted(await reach(`${this.address}/v1/chat/offline`, { method: "POST", headers, body }));
    }
  }

  function accepted(/** @type {Response} */ response) {
    if (response.ok) return response;
    throw new Refused(response.status, 1000 * (Number(response.headers.get("Retry-After")) || 0));
  }

  // --- stream ----------------------------------------------------------------------------------------------------

  /** The frames of a server-sent event stream, one by one. */
  async function* framesOf(/** @type {ReadableStream<Uint8Array>} */ body, /** @type {() => void} */ heard) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        heard();
        const frames = (text + value).split(/\r?\n\r?\n/);
        text = frames.pop() ?? "";
        for (const frame of frames) yield frameOf(frame);
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  }

  function frameOf(/** @type {string} */ text) {
    const frame = { event: "message", id: "", data: "" };
    for (const line of text.split(/\r?\n/)) {
      const [, name, value] = /^(event|id|data): ?(.*)$/.exec(line) ?? [];
      if (name === "data") frame.data += frame.data ? `\n${value}` : value;
      else if (name) frame[name] = value;
    }
    return frame;
  }

  /** Listens to one conversation, again and again, from the last entry on. A silent line is a dead one. */
  class Stream {
    static SILENT_MS = 40_000;
    /** @type {AbortController|null} */ #current = null;
    #backoff = new Backoff();
    #wake = () => {};
    #running = false;

    /** @param {Server} server @param {{after: () => number, frame: (event: string, data: any) => void, line: (up: boolean) => void}} told */
    constructor(server, told) {
      this.server = server;
      this.told = told;
    }

    async start(/** @type {string} */ conversation) {
      if (this.#running) return;
      this.#running = true;
      while (this.#running) {
        let wait = 0;
        try {
          await this.#listen(conversation);
        } catch (error) {
          if (!this.#running) return;
          if (error.temporary === false) return this.stop();
          this.told.line(false);
          wait = error.waitMs;
        }
        if (this.#running) await Promise.race([pause(this.#backoff.next(wait)), new Promise((woken) => (this.#wake = () => woken(null)))]);
      }
    }

    stop() {
      this.#running = false;
      this.#current?.abort();
      this.#wake();
    }

    /** Tries at once instead of later. */
    retry() {
      this.#backoff.reset();
      this.#wake();
    }

    async #listen(/** @type {string} */ conversation) {
      const control = (this.#current = new AbortController());
      let silent = setTimeout(() => control.abort(), Stream.SILENT_MS);
      const heard = () => {
        clearTimeout(silent);
        silent = setTimeout(() => control.abort(), Stream.SILENT_MS);
      };
      try {
        const headers = { Accept: "text/event-stream", "Last-Event-ID": String(this.told.after()) };
        const response = await this.server.call("GET", `/conversations/${encodeURIComponent(conversation)}/events`, { headers, signal: control.signal });
        this.told.line(true);
        this.#backoff.reset();
        for await (const frame of framesOf(response.body, heard)) {
          if (frame.data && this.#running) this.told.frame(frame.event, JSON.parse(frame.data));
        }
      } catch (error) {
        throw error instanceof Refused ? error : new Unreachable(String(error));
      } finally {
        clearTimeout(silent);
      }
    }
  }

  // --- outbox ----------------------------------------------------------------------------------------------------

  /** What the customer wrote and the server has not confirmed, in order. Its keys are made once, so that a retry never doubles. */
  class Outbox {
    /** @type {Item[]} */ #unproven = [];
    #sending = false;
    #again = false;
    #backoff = new Backoff();
    /** @type {ReturnType<typeof setTimeout>|undefined} */ #timer;

    /** @param {Kept} kept @param {() => string|null} subject @param {{deliver: (item: Item) => Promise<void>, done: (item: Item) => void, failed: (item: Item, error: Error) => void, line: (up: boolean) => void}} told */
    constructor(kept, subject, told) {
      this.kept = kept;
      this.subject = subject;
      this.told = told;
    }

    /** Everything that waits. Other tabs see the same, so it is read anew each time. @returns {Item[]} */
    items() {
      const subject = this.subject();
      return [...(subject ? this.kept.get(`queue:${subject}`) ?? [] : []), ...this.#unproven];
    }

    add(/** @type {Item} */ item) {
      this.#write([...this.items(), item]);
      this.flush();
    }

    /** Notes something about an item, before it is tried. */
    change(/** @type {string} */ key, /** @type {Partial<Item>} */ changes) {
      this.#write(this.items().map((item) => (item.key === key ? { ...item, ...changes } : item)));
    }

    remove(/** @type {string} */ key) {
      this.#write(this.items().filter((item) => item.key !== key));
    }

    /** Keeps, now that the customer is proven, what was written before; with a visitor's, when they were that visitor. */
    settle(/** @type {string|null} */ visitor = null) {
      const waiting = visitor ? this.kept.get(`queue:${visitor}`) ?? [] : [];
      if (visitor) this.kept.set(`queue:${visitor}`, null);
      this.#write([...this.items(), ...waiting]);
    }

    /** Sends what waits, one after the other; what cannot be sent now is tried again later. */
    async flush() {
      if (this.#sending) return void (this.#again = true);
      this.#sending = true;
      clearTimeout(this.#timer);
      let stuck = false;
      // A letter needs no conversation: it goes out although the messages before it are stuck.
      const next = () => this.items().find((item) => !stuck || (item.kind === "offline" && !tried.has(item.key)));
      const tried = new Set();
      for (let item = next(); item; item = next()) {
        tried.add(item.key);
        const wait = await this.#try(item);
        if (wait === null) continue;
        stuck = true;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.flush(), wait);
      }
      this.#sending = false;
      if (this.#again) {
        this.#again = false;
        this.flush();
      }
    }

    /** Sends one item; returns after how many milliseconds to try again, or null when it need not be. */
    async #try(/** @type {Item} */ item) {
      try {
        await this.told.deliver(item);
        this.#backoff.reset();
        this.told.line(true);
      } catch (error) {
        if (error.temporary !== false) {
          this.told.line(false);
          return this.#backoff.next(error.waitMs);
        }
        this.told.failed(item, error);
        this.remove(item.key);
        return null;
      }
      this.remove(item.key);
      this.told.done(item);
      return null;
    }

    /** Tries at once instead of later. */
    retry() {
      this.#backoff.reset();
      this.flush();
    }

    #write(/** @type {Item[]} */ items) {
      const subject = this.subject();
      if (subject) this.kept.set(`queue:${subject}`, items.length ? items : null);
      this.#unproven = subject ? [] : items;
    }
  }

  // --- session ---------------------------------------------------------------------------------------------------

  /**
   * One customer's conversation as this page knows it. Tells its listener what there is to show:
   * entry(entry, live), pending(item), confirmed(key, entry), unsent(item), conversation(c), progress(step),
   * typing(by, on), line("up"|"offline"|"unreachable"), left(item), cleared().
   */
  class Session {
    /** @type {Conversation|null} */ conversation = null;
    /** @type {Page|null} */ page = null;
    /** @type {Promise<Conversation|null>|null} */ #connecting = null;
    /** @type {Stream|null} */ #stream = null;
    #shown = new Set();
    #streamSeq = 0;
    #readSeq = 0;
    #posting = 0;
    /** Own messages from the stream while one is being posted: its answer says which one it is. @type {Entry[]} */ #heldBack = [];
    #typingUntil = 0;

    /** @param {string} address @param {any} told */
    constructor(address, told) {
      this.told = told;
      this.kept = new Kept(address, () => localStorage);
      this.identity = new Identity(address, this.kept);
      this.server = new Server(address, this.identity);
      this.outbox = new Outbox(this.kept, () => this.identity.subject, {
        deliver: (item) => this.#deliver(item),
        done: (item) => item.kind === "offline" && told.left(item),
        failed: (item) => told.unsent(item),
        line: (up) => {
          if (up) this.#stream?.retry();
          this.#line(up);
        },
      });
      addEventListener("online", () => this.retry());
      addEventListener("offline", () => this.#line(false));
    }

    /** Shows what still waits, and goes on with a conversation that was begun before. */
    async resume() {
      for (const item of this.outbox.items()) this.told.pending(item);
      if (!this.outbox.items().length && !this.kept.get(`conversation:${this.identity.subject}`)) return;
      await this.connect(false).catch(() => this.#line(false));
      this.outbox.flush();
    }

    /** Somebody else from now on: nothing of the one before stays on the page. */
    async become(/** @type {null | (() => Promise<string>)} */ ask) {
      if (!ask && this.identity.isCustomer) this.server.json("POST", "/sign-out", {}).catch(() => {});
      this.#forget();
      this.identity.become(ask);
      if (!ask) this.kept.set("conversation:visitor", null);
      this.told.cleared();
      if (!ask) return;
      try {
        await this.#known();
      } catch {
        return this.#line(false);
      }
      await this.resume();
    }

    /** The conversation: the one that is open, the one from before, or with `begin` a new one. */
    connect(/** @type {boolean} */ begin) {
      if (this.conversation) return Promise.resolve(this.conversation);
      const before = this.#connecting ?? Promise.resolve(null);
      const connecting = before
        .catch(() => null)
        .then(() => this.conversation ?? this.#connect(begin))
        .finally(() => this.#connecting === connecting && (this.#connecting = null));
      return (this.#connecting = connecting);
    }

    async #connect(/** @type {boolean} */ begin) {
      await this.#known();
      const subject = this.identity.subject;
      const id = this.kept.get(`conversation:${subject}`) ?? (await this.#openOne());
      if (!id && !begin) return null;
      let opened;
      try {
        opened = await this.server.json("POST", "/conversations", id ? { conversation_id: id } : {});
      } catch (error) {
        if (!id || ![403, 404].includes(error.status)) throw error;
        this.kept.set(`conversation:${subject}`, null);
        opened = await this.server.json("POST", "/conversations", {});
      }
      if (subject !== this.identity.subject) return null;
      this.kept.set(`conversation:${subject}`, opened.conversation.id);
      this.#readSeq = opened.conversation.read_seq ?? 0;
      for (const entry of opened.entries) this.#take(entry, false);
      this.#conversationIs(opened.conversation);
      this.#line(true);
      this.#listen();
      return this.conversation;
    }

    /** A customer's conversation from another device that is not closed yet. */
    async #openOne() {
      if (!this.identity.isCustomer) return null;
      const { conversations } = await this.server.json("GET", "/conversations");
      return conversations.find((/** @type {Conversation} */ one) => one.state !== "resolved")?.id ?? null;
    }

    /** Proves who speaks; the visitor of this browser and the customer are one from then on. */
    async #known() {
      await this.identity.token();
      if (!this.identity.isCustomer) return;
      const visitor = this.kept.get("visitor");
      const merged = visitor && (await this.#merge(visitor));
      this.outbox.settle(merged ? "visitor" : null);
    }

    async #merge(/** @type {string} */ visitor) {
      const as = (/** @type {string} */ token) => ({ "Content-Type": "application/json", Authorization: `Bearer ${token}` });
      const post = (/** @type {string} */ path, /** @type {string} */ token, /** @type {unknown} */ body) =>
        reach(`${this.server.address}/v1/chat${path}`, { method: "POST", headers: as(token), body: JSON.stringify(body) }).then(accepted);
      const conversation = this.kept.get("conversation:visitor");
      try {
        const { token } = await (await post("/visitors", visitor, {})).json();
        await post("/identify", token, { token: await this.identity.token() });
        if (conversation) this.kept.set(`conversation:${this.identity.subject}`, conversation);
      } catch (error) {
        if (error.temporary !== false) return false;
      }
      this.kept.set("visitor", null);
      this.kept.set("conversation:visitor", null);
      return true;
    }

    // What the customer does.

    say(/** @type {string} */ text, /** @type {Attachment[]} */ attachments) {
      this.#send({ kind: "message", text, attachments, page: this.page ?? undefined });
    }

    askForPerson() {
      if (!this.outbox.items().some((item) => item.kind === "person")) this.#send({ kind: "person" });
    }

    leave(/** @type {string} */ email, /** @type {string} */ text) {
      this.#send({ kind: "offline", email, text });
    }

    #send(/** @type {Partial<Item>} */ what) {
      const item = /** @type {Item} */ ({ key: newKey(), at: new Date().toISOString(), conversation: this.conversation?.id, ...what });
      if (item.kind === "message") this.told.pending(item);
      this.#typingUntil = 0;
      this.outbox.add(item);
    }

    async #deliver(/** @type {Item} */ item) {
      if (item.kind === "offline") return this.server.offline(item);
      const id = item.conversation ?? (await this.connect(true))?.id;
      if (!id) throw new Unreachable("no conversation");
      this.outbox.change(item.key, { conversation: id });
      try {
        await (item.kind === "person" ? this.#deliverWish(id) : this.#deliverMessage(id, item));
      } catch (error) {
        if (error.status !== 404 || item.moved) throw error;
        this.#forget();
        this.kept.set(`conversation:${this.identity.subject}`, null);
        this.outbox.change(item.key, { conversation: undefined, moved: true });
        throw new Unreachable("the conversation is gone; the next try begins a new one");
      }
    }

    async #deliverWish(/** @type {string} */ id) {
      this.#conversationIs((await this.server.json("POST", this.#path("/person", id), {})).conversation);
    }

    async #deliverMessage(/** @type {string} */ id, /** @type {Item} */ item) {
      const body = { text: item.text, attachments: (item.attachments ?? []).map((file) => file.id), page: item.page };
      this.#posting += 1;
      try {
        const { entry } = await this.server.json("POST", this.#path("/messages", id), body, { "Idempotency-Key": item.key });
        this.#shown.add(entry.id);
        this.told.confirmed(item.key, entry);
      } finally {
        this.#posting -= 1;
        if (!this.#posting) for (const entry of this.#heldBack.splice(0)) this.#take(entry, true);
      }
      if (!this.conversation) await this.connect(false);
    }

    typing(/** @type {boolean} */ on) {
      if (!this.conversation || (on && performance.now() < this.#typingUntil) || (!on && !this.#typingUntil)) return;
      this.#typingUntil = on ? performance.now() + 3000 : 0;
      this.#quietly("POST", "/typing", { on });
    }

    /** Everything shown so far was seen. */
    read() {
      const seq = Math.max(this.#streamSeq, 0);
      if (!this.conversation || seq <= this.#readSeq) return;
      this.#readSeq = seq;
      this.#quietly("POST", "/read", { seq });
    }

    async close() {
      const answer = await this.server.json("POST", this.#path("/close"), {});
      if (answer?.conversation) this.#conversationIs(answer.conversation);
    }

    rate(/** @type {number} */ score, /** @type {string} */ comment) {
      return this.server.json("POST", this.#path("/csat"), comment ? { score, comment } : { score });
    }

    startOver() {
      this.kept.set(`conversation:${this.identity.subject}`, null);
      this.#forget();
      this.told.cleared();
    }

    why(/** @type {string} */ entry) {
      return this.server.json("GET", this.#path(`/why/${encodeURIComponent(entry)}`));
    }

    /** Stores a file with the conversation; the message that carries it comes later. @returns {Promise<Attachment>} */
    async upload(/** @type {File} */ file) {
      await this.connect(true);
      const body = new FormData();
      body.append("file", file, file.name);
      return (await this.server.call("POST", this.#path("/attachments"), { body })).json();
    }

    async download(/** @type {Attachment} */ file) {
      const response = await this.server.call("GET", `/attachments/${encodeURIComponent(file.id)}`);
      const href = URL.createObjectURL(new Blob([await response.blob()], { type: "application/octet-stream" }));
      make("a", { href, download: file.name }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
    }

    /** Tells which page the customer is on; returns what the assistant would like to say, if anything. */
    async viewed(/** @type {Page & {referrer?: string, consent?: true}} */ page) {
      return (await this.server.json("POST", "/pages", page))?.bubble ?? null;
    }

    dismiss(/** @type {string} */ bubble) {
      this.server.json("POST", `/bubbles/${encodeURIComponent(bubble)}/dismiss`, {}).catch(() => {});
    }

    /** Tries everything that waits at once. */
    retry() {
      this.#stream?.retry();
      this.outbox.retry();
    }

    // What the server tells.

    #listen() {
      const id = this.conversation?.id;
      if (!id || this.#stream) return;
      this.#stream = new Stream(this.server, {
        after: () => this.#streamSeq,
        line: (up) => {
          if (up && this.outbox.items().length) this.outbox.retry();
          this.#line(up);
        },
        frame: (event, data) => this.#frame(event, data),
      });
      this.#stream.start(id);
    }

    #frame(/** @type {string} */ event, /** @type {any} */ data) {
      if (event === "entry") this.#take(data, true);
      else if (event === "conversation") this.#conversationIs(data);
      else if (event === "progress") this.told.progress(data.step);
      else if (event === "typing") this.told.typing(data.by, data.on);
    }

    #take(/** @type {Entry} */ entry, /** @type {boolean} */ live) {
      this.#streamSeq = Math.max(this.#streamSeq, entry.seq);
      if (this.#shown.has(entry.id)) return;
      if (live && this.#posting && entry.author === "customer") return void this.#heldBack.push(entry);
      this.#shown.add(entry.id);
      this.told.entry(entry, live && entry.seq > this.#readSeq);
    }

    #conversationIs(/** @type {Conversation} */ conversation) {
      this.conversation = conversation;
      this.told.conversation(conversation);
    }

    #forget() {
      this.#stream?.stop();
      this.#stream = null;
      this.conversation = null;
      this.#connecting = null;
      this.#shown.clear();
      this.#heldBack = [];
      this.#streamSeq = this.#readSeq = 0;
    }

    #line(/** @type {boolean} */ up) {
      this.told.line(up ? "up" : navigator.onLine ? "unreachable" : "offline");
    }

    #path(/** @type {string} */ rest, /** @type {string|undefined} */ id = this.conversation?.id) {
      return `/conversations/${encodeURIComponent(id ?? "")}${rest}`;
    }

    /** A call that nobody misses when it fails. */
    #quietly(/** @type {string} */ method, /** @type {string} */ path, /** @type {unknown} */ body) {
      this.server.json(method, this.#path(path), body).catch(() => {});
    }
  }

  // --- transcript ------------------------------------------------------------------------------------------------

  /** The log: committed entries in their order, below them what is being sent, below that what is going on. */
  class Transcript {
    /** By key. @type {Map<string, HTMLElement>} */ #pending = new Map();
    /** By the entry's id. @type {Map<string, HTMLElement>} */ #entries = new Map();
    /** @type {null | (() => void)} */ #finishPacing = null;
    #seenSeq = 0;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ #progressTimer;

    /** @param {Language} language @param {Session} session @param {(text: string) => void} announce */
    constructor(language, session, announce) {
      this.language = language;
      this.session = session;
      this.announce = announce;
      this.greeting = make("div", { class: "entry assistant" });
      this.progressLine = make("div", { class: "progress", hidden: true });
      this.node = make("div", { class: "log", role: "log", "aria-live": "off", tabindex: "0", "aria-label": language.say("chat") }, this.greeting, this.progressLine);
    }

    /** The first words, which are the widget's and no entry. */
    greet(/** @type {string} */ text, /** @type {string} */ name) {
      this.greeting.replaceChildren(make("div", { class: "bubble", dir: "auto" }, text), make("div", { class: "meta" }, name));
    }

    clear() {
      this.#pending.clear();
      this.#entries.clear();
      this.#seenSeq = 0;
      this.#finishPacing?.();
      this.node.replaceChildren(this.greeting, this.progressLine);
      this.progress(null);
    }

    /** Own messages up to this number were answered, or read by a person. */
    seen(/** @type {number} */ seq) {
      this.#seenSeq = seq;
      for (const tick of this.node.querySelectorAll("[data-seq] .tick")) {
        if (Number(tick.closest("[data-seq]").dataset.seq) <= seq) tick.textContent = this.language.say("seen");
      }
    }

    /** An own message before the server has it. */
    pending(/** @type {Item} */ item) {
      if (item.kind !== "message" || this.#pending.has(item.key)) return;
      const node = this.#bubble({ author: "customer", text: item.text ?? "", attachments: item.attachments });
      node.append(make("div", { class: "meta" }, this.language.say("sending")));
      this.#pending.set(item.key, node);
      this.progressLine.before(node);
      this.#toEnd();
    }

    /** What is said under every message that still waits. */
    waiting(/** @type {boolean} */ online) {
      for (const node of this.#pending.values()) {
        if (!node.dataset.failed) note(node, this.language.say(online ? "sending" : "queued"));
      }
    }

    failed(/** @type {Item} */ item) {
      const node = this.#pending.get(item.key);
      if (!node) return;
      node.dataset.failed = "1";
      note(node, this.language.say("failed"), true);
      this.announce(this.language.say("failed"));
    }

    confirmed(/** @type {string} */ key, /** @type {Entry} */ entry) {
      const node = this.#pending.get(key);
      this.#pending.delete(key);
      // Accepted before, but the answer was lost: it came with the history.
      if (this.#entries.has(entry.id)) return node?.remove();
      if (!node) return this.entry(entry, false);
      node.querySelector(".meta")?.replaceChildren(this.#tick(entry), ` · ${this.language.time(entry.at)}`);
      this.#place(node, entry);
      this.#toEnd();
    }

    /** A committed entry; a live answer is shown sentence by sentence. */
    entry(/** @type {Entry} */ entry, /** @type {boolean} */ live) {
      if (!["message", "status"].includes(entry.kind) || !(entry.text || entry.attachments?.length)) return;
      this.#finishPacing?.();
      const node = this.#bubble(entry);
      const bubble = node.querySelector(".bubble");
      const rest = () => node.append(...this.#belowEntry(entry));
      if (entry.author !== "customer") this.progress(null);
      if (live && entry.author === "assistant" && bubble && !reduced()) this.#pace(bubble, entry.text, rest);
      else rest();
      this.#place(node, entry);
      this.#toEnd();
      if (live && entry.author !== "customer") this.announce(this.#spoken(entry));
    }

    /** What the assistant is doing, or who types; null: nothing. */
    progress(/** @type {string|null} */ text) {
      clearTimeout(this.#progressTimer);
      this.progressLine.hidden = !text;
      this.progressLine.replaceChildren(make("span", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i")), text ?? "");
      if (!text) return;
      this.#progressTimer = setTimeout(() => this.progress(null), 60_000);
      this.#toEnd();
    }

    #bubble(/** @type {Partial<Entry>} */ entry) {
      const links = entry.author === "assistant" || entry.author === "person" ? withLinks(entry.text ?? "") : [entry.text ?? ""];
      const files = (entry.attachments ?? []).map((file) => this.#file(file));
      return make(
        "div", { class: `entry ${ROLES[entry.author ?? ""] ?? "system"}` },
        entry.author !== "system" && make("span", { class: "unseen" }, this.#name(entry)),
        entry.text && make("div", { class: "bubble", dir: "auto" }, ...links),
        files.length > 0 && make("div", { class: "chips" }, ...files),
      );
    }

    #file(/** @type {Attachment} */ file) {
      const onclick = () => this.session.download(file).catch(() => this.announce(this.language.say("problem")));
      return make("button", { type: "button", class: "chip", "aria-label": this.language.say("download", file), onclick }, icon("file"), make("span", {}, file.name));
    }

    #belowEntry(/** @type {Entry} */ entry) {
      if (entry.author === "system") return [];
      const when = this.language.time(entry.at);
      const meta = make("div", { class: "meta" }, entry.author === "customer" ? this.#tick(entry) : this.#name(entry), ` · ${when}`);
      if (entry.author !== "assistant") return [meta];
      return [meta, make("div", { class: "more" }, entry.citations?.length ? this.#sources(entry.citations) : null, entry.why ? this.#why(entry) : null)];
    }

    #tick(/** @type {Entry} */ entry) {
      return make("span", { class: "tick" }, this.language.say(entry.seq <= this.#seenSeq ? "seen" : "sent"));
    }

    #sources(/** @type {Citation[]} */ citations) {
      return make(
        "details", { class: "sources", ontoggle: (event) => inSight(event.target) },
        make("summary", {}, `${this.language.say("sources")} (${citations.length})`),
        make("ul", {}, ...citations.map(cited)),
      );
    }

    #why(/** @type {Entry} */ entry) {
      const list = make("ul", {}, make("li", {}, this.language.say("loading")));
      const load = async () => {
        if (list.dataset.loaded) return;
        list.dataset.loaded = "1";
        try {
          list.replaceChildren(...reasons(await this.session.why(entry.id), this.language));
        } catch {
          delete list.dataset.loaded;
          list.replaceChildren(make("li", {}, this.language.say("problem")));
        }
      };
      const details = make("details", { class: "why" }, make("summary", {}, this.language.say("why")), list);
      details.addEventListener("toggle", async () => {
        if (details.open) await load();
        inSight(details);
      });
      return details;
    }

    /** The first sentence at once, each further one after about the time it takes to read the one before. */
    #pace(/** @type {Element} */ bubble, /** @type {string} */ text, /** @type {() => void} */ rest) {
      const sentences = this.language.sentences(text);
      bubble.replaceChildren(...withLinks(sentences.shift() ?? ""));
      /** @type {ReturnType<typeof setTimeout>} */ let timer;
      const finish = () => {
        clearTimeout(timer);
        this.#finishPacing = null;
        bubble.append(...sentences.splice(0).flatMap(withLinks));
        rest();
        this.#toEnd();
      };
      const next = (/** @type {string} */ shown) => {
        if (!sentences.length) return finish();
        timer = setTimeout(() => {
          const sentence = sentences.shift() ?? "";
          bubble.append(...withLinks(sentence));
          this.#toEnd();
          next(sentence);
        }, Math.min(1400, 250 + 9 * shown.length));
      };
      this.#finishPacing = finish;
      next(bubble.textContent ?? "");
    }

    /** Puts a node where its number belongs. */
    #place(/** @type {HTMLElement} */ node, /** @type {Entry} */ { id, seq }) {
      node.dataset.seq = String(seq);
      this.#entries.set(id, node);
      const after = [...this.node.querySelectorAll("[data-seq]")].find((other) => other !== node && Number(/** @type {HTMLElement} */ (other).dataset.seq) > seq);
      const [firstPending] = this.#pending.values();
      (after ?? firstPending ?? this.progressLine).before(node);
    }

    #name(/** @type {Partial<Entry>} */ entry) {
      if (entry.author === "customer") return this.language.say("you");
      return entry.name || this.language.say(entry.author === "person" ? "colleague" : "assistant");
    }

    #spoken(/** @type {Entry} */ entry) {
      return entry.author === "system" ? entry.text : this.language.say("said", { name: this.#name(entry), text: entry.text });
    }

    #toEnd() {
      requestAnimationFrame(() => (this.node.scrollTop = this.node.scrollHeight));
    }
  }

  /** Authors that have a look of their own. */
  const ROLES = { customer: "customer", assistant: "assistant", person: "person", system: "system" };

  /** Sets the line below a message. */
  function note(/** @type {HTMLElement} */ node, /** @type {string} */ text, bad = false) {
    const line = node.querySelector(".meta") ?? node.appendChild(make("div"));
    line.className = bad ? "meta bad" : "meta";
    line.textContent = text;
  }

  function inSight(/** @type {any} */ node) {
    if (node.open) node.scrollIntoView({ block: "nearest" });
  }

  function cited(/** @type {Citation} */ citation) {
    const address = safeAddress(citation.url);
    const title = String(citation.title ?? citation.article ?? "");
    return make("li", {}, address ? outsideLink(address, title) : make("span", { class: "title" }, title), citation.quote && make("q", {}, citation.quote));
  }

  /** Why an answer was given, as list items: how it came about, then what was checked. */
  function reasons(/** @type {{sentences?: string[], checked?: string[]}} */ why, /** @type {Language} */ language) {
    const items = (why.sentences ?? []).map((sentence) => make("li", {}, sentence));
    if (why.checked?.length) items.push(make("li", {}, make("span", { class: "title" }, `${language.say("checked")}: `), why.checked.join(" · ")));
    return items;
  }

  // --- panel -----------------------------------------------------------------------------------------------------

  /** Writes messages: text, files, send. */
  class Composer {
    /** Files that go with the next message. @type {Attachment[]} */ #files = [];
    /** @type {{types?: string[], max_bytes?: number}} */ limits = {};
    #uploading = 0;

    /** @param {Language} language @param {Session} session @param {(text: string) => void} announce */
    constructor(language, session, announce) {
      Object.assign(this, { language, session, announce });
      const say = (/** @type {string} */ word) => language.say(word);
      this.text = make("textarea", {
        rows: "1", maxlength: String(MOST_CHARACTERS), placeholder: say("write"), "aria-label": say("label"), dir: "auto", enterkeyhint: "send",
        oninput: () => this.#edited(), onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event), onpaste: (/** @type {ClipboardEvent} */ event) => this.#pasted(event),
      });
      this.picker = make("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-label": say("attach"), onchange: () => this.#picked() });
      this.attach = make("button", { type: "button", class: "attach", title: say("attach"), "aria-label": say("attach"), hidden: true, onclick: () => this.picker.click() }, icon("clip"));
      this.sendButton = make("button", { type: "submit", class: "send", title: say("send"), "aria-label": say("send"), disabled: true }, icon("send"));
      this.error = make("p", { class: "error", role: "alert", hidden: true });
      this.chips = make("div", { class: "chips", hidden: true });
      const row = make("div", { class: "write" }, this.attach, this.picker, this.text, this.sendButton);
      this.node = make("form", { onsubmit: (/** @type {Event} */ event) => this.#submit(event) }, this.error, this.chips, row);
    }

    /** What may be attached, by the server's word. */
    limit(/** @type {{types?: string[], max_bytes?: number}} */ limits) {
      this.limits = limits;
      this.attach.hidden = !limits.types?.length;
      this.picker.setAttribute("accept", (limits.types ?? []).join(","));
    }

    clear() {
      this.text.value = "";
      this.#files = [];
      this.#edited();
    }

    #edited() {
      const text = this.text.value;
      if (!CSS.supports("field-sizing", "content")) this.text.rows = Math.min(5, text.split("\n").length);
      this.sendButton.disabled = this.#uploading > 0 || !(text.trim() || this.#files.length);
      this.chips.hidden = !this.#files.length;
      this.chips.replaceChildren(...this.#files.map((file) => this.#chip(file)));
      if (document.hasFocus()) this.session.typing(text.trim() !== "");
    }

    #chip(/** @type {Attachment} */ file) {
      const drop = () => {
        this.#files = this.#files.filter((other) => other !== file);
        this.#edited();
        this.text.focus();
      };
      const button = make("button", { type: "button", "aria-label": this.language.say("drop", file), onclick: drop }, icon("close"));
      return make("div", { class: "chip" }, icon("file"), make("span", {}, file.name), button);
    }

    #key(/** @type {KeyboardEvent} */ event) {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit(event);
    }

    #submit(/** @type {Event} */ event) {
      event.preventDefault();
      if (this.sendButton.disabled) return;
      const files = this.#files;
      const text = this.text.value.trim();
      this.clear();
      this.#complain("");
      this.session.say(text, files);
      this.text.focus();
    }

    #picked() {
      const files = [...this.picker.files];
      this.picker.value = "";
      for (const file of files) this.#upload(file);
    }

    #pasted(/** @type {ClipboardEvent} */ event) {
      const files = [...(event.clipboardData?.files ?? [])];
      if (!files.length || this.attach.hidden) return;
      event.preventDefault();
      for (const file of files) this.#upload(file);
    }

    async #upload(/** @type {File} */ file) {
      if (this.#files.length + this.#uploading >= MOST_FILES) return;
      const { types = [], max_bytes = Infinity } = this.limits;
      const values = { name: file.name, size: Math.floor(max_bytes / 1_048_576) };
      if (file.size > max_bytes) return this.#complain(this.language.say("tooLarge", values));
      if (file.type && !types.includes(file.type)) return this.#complain(this.language.say("wrongType", values));
      this.#complain("");
      this.#uploading += 1;
      this.#edited();
      try {
        this.#files.push(await this.session.upload(file));
        this.announce(file.name);
      } catch (error) {
        const word = { 413: "tooLarge", 415: "wrongType", 422: "wrongType" }[error.status] ?? "uploadFailed";
        this.#complain(this.language.say(word, values));
      } finally {
        this.#uploading -= 1;
        this.#edited();
      }
    }

    #complain(/** @type {string} */ text) {
      this.error.textContent = text;
      this.error.hidden = !text;
    }
  }

  /** Asks at the end how it was. */
  function survey(/** @type {Language} */ language, /** @type {(score: number, comment: string) => Promise<unknown>} */ rate) {
    const problem = make("p", { class: "error", role: "alert", hidden: true });
    const comment = make("textarea", { rows: "2", maxlength: "1000", dir: "auto" });
    const scores = language.words.scores.map((/** @type {string} */ word, /** @type {number} */ index) =>
      make("label", {}, make("input", { type: "radio", name: "score", value: String(index + 1), required: true }), make("b", { "aria-hidden": "true" }, String(index + 1)), word));
    const card = make(
      "form", { class: "card survey", onsubmit: send },
      make("fieldset", {}, make("legend", {}, language.say("rate")), make("div", { class: "scores" }, ...scores)),
      make("label", { class: "field" }, language.say("comment"), comment), problem,
      make("button", { type: "submit", class: "solid" }, language.say("send")),
    );
    async function send(/** @type {Event} */ event) {
      event.preventDefault();
      const chosen = /** @type {HTMLInputElement} */ (card.querySelector("input:checked"));
      try {
        await rate(Number(chosen.value), comment.value.trim());
        card.replaceChildren(make("p", { role: "status" }, language.say("thanks")));
      } catch {
        problem.textContent = language.say("problem");
        problem.hidden = false;
      }
    }
    return card;
  }

  /** Takes a message with an address, for when the chat itself cannot be reached. */
  function letterForm(/** @type {Language} */ language, /** @type {(email: string, text: string) => void} */ leave, /** @type {() => void} */ back) {
    const email = make("input", { type: "email", required: true, maxlength: "254", autocomplete: "email" });
    const text = make("textarea", { rows: "5", required: true, maxlength: String(MOST_CHARACTERS), dir: "auto" });
    const send = (/** @type {Event} */ event) => {
      event.preventDefault();
      leave(email.value.trim(), text.value.trim());
    };
    return make(
      "form", { class: "card letter", onsubmit: send },
      make("h3", {}, language.say("leaveTitle")), make("p", {}, language.say("leaveText")),
      make("label", { class: "field" }, language.say("email"), email), make("label", { class: "field" }, language.say("label"), text),
      make("button", { type: "submit", class: "solid" }, language.say("send")),
      make("button", { type: "button", class: "plain", onclick: back }, language.say("back")),
    );
  }

  /** The dialog: head, notice, log, foot. Shows what the session tells. */
  class Panel {
    #unread = 0;
    /** @type {"up"|"offline"|"unreachable"} */ #line = "up";
    /** @type {any} */ #config = {};

    /** @param {Language} language @param {string} address @param {HTMLElement} host */
    constructor(language, address, host) {
      this.language = language;
      this.host = host;
      this.session = new Session(address, this.#listener());
      this.live = make("div", { class: "unseen", role: "status", "aria-live": "polite" });
      const announce = (/** @type {string} */ text) => this.announce(text);
      this.transcript = new Transcript(language, this.session, announce);
      this.composer = new Composer(language, this.session, announce);
      this.#build();
      this.#conversation(null);
      this.#loadConfig();
    }

    #build() {
      const say = (/** @type {string} */ word) => this.language.say(word);
      this.face = make("div", { class: "face", "aria-hidden": "true" });
      this.title = make("h2", { id: "title" });
      this.subtitle = make("p", { class: "state" });
      const shut = make("button", { type: "button", class: "shut", "aria-label": say("close"), title: say("close"), onclick: () => this.close() }, icon("close"));
      const head = make("div", { class: "head" }, this.face, make("div", { class: "names" }, this.title, this.subtitle), shut);
      this.noticeText = make("span", { role: "status" });
      this.notice = make("div", { class: "notice", hidden: true }, this.noticeText, make("button", { type: "button", onclick: () => this.#letter() }, say("leave")));
      this.wish = make("button", { type: "button", class: "wish", onclick: () => this.#askForPerson() });
      this.ending = make("button", { type: "button", class: "quiet", onclick: () => this.#end() });
      this.foot = make("div", { class: "foot" }, make("div", { class: "bar" }, this.wish, this.ending), this.composer.node);
      this.node = make(
        "div", { class: "panel", id: "panel", role: "dialog", "aria-modal": "true", "aria-labelledby": "title", "aria-describedby": "escape", tabindex: "-1", hidden: true,
          onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) },
        head, this.notice, this.transcript.node, this.foot, make("span", { id: "escape", hidden: true }, say("escape")),
      );
      this.letterLine = make("p", { class: "entry system meta", role: "status" });
      this.badge = make("span", { class: "badge", "aria-hidden": "true", hidden: true });
      this.launcher = make("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-controls": "panel", onclick: () => this.toggle() });
      this.#drawLauncher();
    }

    get isOpen() {
      return !this.node.hidden;
    }

    async open() {
      this.host.dispatchEvent(new CustomEvent("journey-open"));
      this.node.hidden = false;
      this.host.toggleAttribute("opened", true);
      this.#unread = 0;
      this.#drawLauncher();
      (matchMedia("(max-width: 560px)").matches ? this.node : this.composer.text).focus();
      this.transcript.node.scrollTop = this.transcript.node.scrollHeight;
      this.#loadConfig();
      if (this.session.identity.isKnown) await this.session.connect(false).catch(() => this.#lineIs(navigator.onLine ? "unreachable" : "offline"));
      this.#seen();
    }

    close() {
      if (!this.isOpen) return;
      this.node.hidden = true;
      this.host.toggleAttribute("opened", false);
      this.#drawLauncher();
      this.launcher.focus();
    }

    toggle() {
      return this.isOpen ? this.close() : this.open();
    }

    /** Says something to a screen reader; an open panel's words, a closed one's only that there is news. */
    announce(/** @type {string} */ text) {
      this.live.replaceChildren(make("p", {}, text));
    }

    /** Begins with other words than the greeting. */
    greet(/** @type {string} */ text) {
      this.transcript.greet(text, this.#config.assistant_name || this.language.say("assistant"));
    }

    #listener() {
      return {
        entry: (/** @type {Entry} */ entry, /** @type {boolean} */ live) => this.#entry(entry, live),
        pending: (/** @type {Item} */ item) => {
          this.transcript.pending(item);
          this.transcript.waiting(this.#line === "up");
        },
        confirmed: (/** @type {string} */ key, /** @type {Entry} */ entry) => {
          this.transcript.confirmed(key, entry);
          if (this.session.conversation?.state !== "person" && this.session.conversation?.state !== "waiting") this.transcript.progress(this.language.say("received"));
        },
        unsent: (/** @type {Item} */ item) => (item.kind === "message" ? this.transcript.failed(item) : this.announce(this.language.say("problem"))),
        conversation: (/** @type {Conversation} */ conversation) => this.#conversation(conversation),
        progress: (/** @type {string} */ step) => this.transcript.progress(this.language.say(step in this.language.words ? step : "writing")),
        typing: (/** @type {string} */ by, /** @type {boolean} */ on) => this.transcript.progress(on ? this.language.say("typing", { name: this.#nameOf(by) }) : null),
        line: (/** @type {"up"|"offline"|"unreachable"} */ line) => this.#lineIs(line),
        left: (/** @type {Item} */ item) => (this.letterLine.textContent = this.language.say("leaveThanks", { email: item.email })),
        cleared: () => {
          this.transcript.clear();
          this.composer.clear();
          this.#unread = 0;
          this.#conversation(null);
        },
      };
    }

    #entry(/** @type {Entry} */ entry, /** @type {boolean} */ live) {
      this.transcript.entry(entry, live && this.isOpen);
      if (this.isOpen) return this.#seen();
      if (!live || entry.author === "customer" || !entry.text) return;
      this.#unread += 1;
      this.#drawLauncher();
      this.announce(this.language.say("unread", { n: this.#unread }));
    }

    #seen() {
      if (this.isOpen && document.visibilityState === "visible") this.session.read();
    }

    #nameOf(/** @type {string} */ by) {
      if (by === "assistant") return this.#config.assistant_name || this.language.say("assistant");
      return this.session.conversation?.colleague?.name ?? this.language.say("colleague");
    }

    /** Who answers, and what can be asked for, by the state of the conversation. */
    #conversation(/** @type {Conversation|null} */ conversation) {
      const state = conversation?.state ?? "assistant";
      const name = conversation?.colleague?.name;
      const person = state === "person" && name;
      this.transcript.seen(conversation?.seen_seq ?? 0);
      this.face.replaceChildren(person ? [...name][0].toUpperCase() : icon(state === "waiting" ? "person" : "spark"));
      this.title.textContent = person ? name : this.#config.assistant_name || this.language.say("assistant");
      this.subtitle.textContent = this.#stateWords(conversation);
      this.wish.hidden = state === "person";
      this.wish.disabled = state === "waiting";
      this.wish.replaceChildren(icon("person"), this.language.say(state === "waiting" ? "asked" : "person"));
      this.ending.hidden = !conversation;
      this.ending.textContent = this.language.say(state === "resolved" ? "again" : "end");
      if (["waiting", "resolved"].includes(state)) this.transcript.progress(null);
      this.#survey(conversation);
    }

    #stateWords(/** @type {Conversation|null} */ conversation) {
      const say = this.language.say.bind(this.language);
      switch (conversation?.state) {
        case "waiting":
          return conversation.promised_at ? say("promised", { time: this.language.time(conversation.promised_at) }) : say("waiting");
        case "person":
          return say("answering", { name: conversation.colleague?.name ?? say("colleague") });
        case "resolved":
          return say("resolved");
        default:
          return say("robot");
      }
    }

    #survey(/** @type {Conversation|null} */ conversation) {
      const wanted = conversation?.state === "resolved" && conversation.csat == null && this.#config.csat !== false;
      if (wanted && !this.surveyCard) {
        this.surveyCard = survey(this.language, (score, comment) => this.session.rate(score, comment));
        this.transcript.progressLine.before(this.surveyCard);
        requestAnimationFrame(() => this.surveyCard?.scrollIntoView({ block: "nearest" }));
      } else if (this.surveyCard && conversation?.state !== "resolved") {
        this.surveyCard.remove();
        this.surveyCard = undefined;
      }
    }

    #askForPerson() {
      this.wish.disabled = true;
      this.wish.replaceChildren(icon("person"), this.language.say("asked"));
      this.announce(this.language.say("asked"));
      this.session.askForPerson();
    }

    async #end() {
      if (this.session.conversation?.state === "resolved") {
        this.session.startOver();
        return this.composer.text.focus();
      }
      try {
        await this.session.close();
      } catch {
        this.announce(this.language.say("problem"));
      }
    }

    #lineIs(/** @type {"up"|"offline"|"unreachable"} */ line) {
      this.#line = line;
      this.notice.hidden = line === "up";
      this.noticeText.textContent = line === "up" ? "" : this.language.say(line);
      this.transcript.waiting(line === "up");
    }

    /** The message with an address in place of the log. */
    #letter() {
      const show = (/** @type {Element[]} */ ...nodes) => this.transcript.node.replaceChildren(...nodes);
      const before = [...this.transcript.node.children];
      const back = () => {
        show(...before);
        this.foot.hidden = false;
        this.composer.text.focus();
      };
      const leave = (/** @type {string} */ email, /** @type {string} */ text) => {
        this.letterLine.textContent = this.language.say("leaveLater");
        if (!before.includes(this.letterLine)) before.splice(before.indexOf(this.transcript.progressLine), 0, this.letterLine);
        back();
        this.session.leave(email, text);
      };
      const form = letterForm(this.language, leave, back);
      show(form);
      this.foot.hidden = true;
      /** @type {HTMLElement} */ (form.querySelector("input")).focus();
    }

    /** Escape closes; Tab stays inside, as in every dialog. */
    #key(/** @type {KeyboardEvent} */ event) {
      if (event.key === "Escape" && !event.isComposing) {
        event.stopPropagation();
        return this.close();
      }
      if (event.key !== "Tab") return;
      const reachable = [...this.node.querySelectorAll("button, a[href], input, textarea, summary, [tabindex='0']")].filter(
        (/** @type {any} */ node) => !node.disabled && node.tabIndex >= 0 && node.checkVisibility(),
      );
      const [first, last] = [reachable[0], reachable[reachable.length - 1]];
      const at = /** @type {ShadowRoot} */ (this.node.getRootNode()).activeElement;
      const leaving = event.shiftKey ? at === first || at === this.node : at === last;
      if (!leaving) return;
      event.preventDefault();
      /** @type {HTMLElement} */ (event.shiftKey ? last : first).focus();
    }

    #drawLauncher() {
      const words = [this.language.say(this.isOpen ? "close" : "open")];
      if (this.#unread) words.push(this.language.say("unread", { n: this.#unread }));
      this.badge.hidden = !this.#unread;
      this.badge.textContent = String(Math.min(this.#unread, 99));
      this.launcher.setAttribute("aria-label", words.join(", "));
      this.launcher.setAttribute("aria-expanded", String(this.isOpen));
      this.launcher.replaceChildren(icon(this.isOpen ? "down" : "chat"), this.badge);
    }

    /** How the operator set the chat up, once it can be had. */
    async #loadConfig() {
      if (this.#config.loaded) return;
      this.greet(this.language.say("hello"));
      try {
        this.#config = { ...(await this.session.server.config()), loaded: true };
      } catch {
        return;
      }
      this.greet(this.#config.greeting || this.language.say("hello"));
      this.composer.limit(this.#config.attachments ?? {});
      this.#conversation(this.session.conversation);
    }
  }

  // --- proactive bubble ------------------------------------------------------------------------------------------

  /** One sentence beside the launcher, decided by the server's gate: at most once a visit, gone at a click. */
  class Hint {
    /** @param {Panel} panel @param {Kept} visit */
    constructor(panel, visit) {
      this.panel = panel;
      this.visit = visit;
      this.node = make("div", { class: "hint", role: "region", "aria-label": panel.language.say("chat"), hidden: true });
    }

    show(/** @type {{id: string, text: string}|null} */ bubble) {
      if (!bubble || this.panel.isOpen || this.visit.get("hinted")) return;
      this.visit.set("hinted", true);
      const say = (/** @type {string} */ word) => this.panel.language.say(word);
      const dismiss = () => {
        this.hide();
        this.panel.session.dismiss(bubble.id);
      };
      const reply = () => {
        this.panel.greet(bubble.text);
        this.panel.open();
      };
      this.node.replaceChildren(
        make("p", { class: "meta" }, say("robot")), make("p", { dir: "auto" }, bubble.text),
        make("div", {}, make("button", { type: "button", class: "solid", onclick: reply }, say("reply")), make("button", { type: "button", class: "plain", onclick: dismiss }, say("dismiss"))),
      );
      this.node.hidden = false;
      this.panel.announce(bubble.text);
    }

    hide() {
      this.node.hidden = true;
    }
  }

  // --- page views ------------------------------------------------------------------------------------------------

  /** Which page the customer is on: told by the page, or seen by itself once the visitor agreed. Paths, never queries. */
  class Pages {
    #last = "";
    #watching = false;

    /** @param {Panel} panel @param {Hint} hint @param {boolean} automatic */
    constructor(panel, hint, automatic) {
      this.panel = panel;
      this.hint = hint;
      this.automatic = automatic;
      this.#begin();
    }

    get agreed() {
      return this.panel.session.kept.get("consent");
    }

    consent(/** @type {boolean} */ yes) {
      this.panel.session.kept.set("consent", Boolean(yes));
      if (!yes) {
        this.panel.session.page = null;
        this.hint.hide();
      }
      this.#begin();
    }

    /** The page says where the customer is. Without consent a visitor's page goes with their messages only. */
    async view(/** @type {Partial<Page>} */ page = {}) {
      const session = this.panel.session;
      if (this.agreed === false) return;
      session.page = { path: String(page.path ?? location.pathname).slice(0, 500), title: String(page.title ?? document.title).slice(0, 300) };
      if (!this.agreed && !session.identity.isCustomer) return;
      const referrer = sameSiteOnly(document.referrer);
      const told = { ...session.page, ...(referrer ? { referrer } : {}), ...(this.agreed ? { consent: /** @type {const} */ (true) } : {}) };
      this.hint.show(await session.viewed(told).catch(() => null));
    }

    #begin() {
      if (!this.automatic || this.agreed !== true) return;
      if (!this.#watching) {
        this.#watching = true;
        onNavigation(() => setTimeout(() => this.#seen(), 50));
      }
      this.#seen();
    }

    #seen() {
      if (this.agreed !== true || location.pathname === this.#last) return;
      this.#last = location.pathname;
      this.view();
    }
  }

  /** Where the customer came from: the path on this site, else only the other site's name. */
  function sameSiteOnly(/** @type {string} */ referrer) {
    const address = safeAddress(referrer);
    if (!address) return "";
    const { origin, pathname } = new URL(address);
    return origin === location.origin ? pathname : origin;
  }

  /** Calls back when a single-page app changes its address. */
  function onNavigation(/** @type {() => void} */ changed) {
    if ("navigation" in window) return /** @type {any} */ (window).navigation.addEventListener("navigatesuccess", changed);
    for (const name of /** @type {const} */ (["pushState", "replaceState"])) {
      const before = history[name].bind(history);
      history[name] = (...all) => {
        before(...all);
        changed();
      };
    }
    addEventListener("popstate", changed);
  }

  // --- the element -----------------------------------------------------------------------------------------------

  /** What the script tag says: its own origin is the server. */
  const SCRIPT = /** @type {HTMLScriptElement|null} */ (document.currentScript ?? document.querySelector("script[data-journey]"));
  const GIVEN = SCRIPT?.dataset ?? {};

  class JourneyWidget extends HTMLElement {
    /** @type {Panel|undefined} */ panel;

    connectedCallback() {
      if (this.panel) return;
      const address = this.getAttribute("server") ?? GIVEN.server ?? new URL(SCRIPT?.src || location.href).origin;
      const language = new Language(this.getAttribute("language") ?? GIVEN.language ?? (document.documentElement.lang || navigator.language));
      const visit = new Kept(address, () => sessionStorage);
      this.#shade();
      if (GIVEN.position && !this.hasAttribute("position")) this.setAttribute("position", GIVEN.position);
      this.panel = new Panel(language, address, this);
      this.hint = new Hint(this.panel, visit);
      this.pages = new Pages(this.panel, this.hint, (this.getAttribute("page-views") ?? GIVEN.pageViews) === "on");
      this.addEventListener("journey-open", () => this.hint?.hide());
      document.addEventListener("visibilitychange", () => this.panel?.session.retry());
      this.#render(language);
      this.panel.session.resume();
    }

    #render(/** @type {Language} */ language) {
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      const direction = getComputedStyle(document.documentElement).direction === "rtl" ? "rtl" : language.direction;
      this.setAttribute("dir", direction);
      const { live, node, launcher } = /** @type {Panel} */ (this.panel);
      root.append(make("div", { dir: direction, lang: language.written }, live, node, this.hint?.node, launcher));
    }

    /** Light or dark: as the attribute says, else as the system does. */
    #shade() {
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const apply = () => {
        const theme = this.getAttribute("theme") ?? GIVEN.theme ?? "auto";
        this.setAttribute("shade", theme === "dark" || (theme === "auto" && dark.matches) ? "dark" : "light");
      };
      dark.addEventListener("change", apply);
      new MutationObserver(apply).observe(this, { attributeFilter: ["theme"] });
      apply();
    }
  }

  // --- window.journey --------------------------------------------------------------------------------------------

  if (customElements.get("journey-widget")) return;
  customElements.define("journey-widget", JourneyWidget);

  /** @returns {JourneyWidget} */
  function widget() {
    const there = document.querySelector("journey-widget");
    if (there) return /** @type {JourneyWidget} */ (there);
    return document.body.appendChild(/** @type {JourneyWidget} */ (document.createElement("journey-widget")));
  }

  const journey = {
    /** A customer from now on: `getToken` gives a fresh signed token whenever one is needed. null: signed out. */
    async identify(/** @type {null | (() => Promise<string>)} */ getToken) {
      const { panel, pages } = widget();
      await panel?.session.become(getToken);
      if (getToken && panel?.session.page) await pages?.view(panel.session.page);
    },
    page: (/** @type {Partial<Page>} */ page) => widget().pages?.view(page),
    open: () => widget().panel?.open(),
    close: () => widget().panel?.close(),
    consent: (/** @type {boolean} */ yes) => widget().pages?.consent(yes),
    /** Runs a function with `journey`; what was pushed before this script was there runs now. */
    push: (/** @type {(journey: any) => void} */ run) => run(journey),
  };

  function start() {
    const waiting = Array.isArray(window.journey) ? window.journey : [];
    window.journey = journey;
    widget();
    for (const run of waiting) run(journey);
  }

  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
})();
