package config

// Missing says, in sentences, what a real run still needs: at least one
// platform, and for each platform that was begun, the rest of its settings.
// It is empty if the bot can run.
func (c Config) Missing() []string {
	var out []string
	slack := c.Slack.BotToken != ""
	receives := c.Slack.AppToken != "" || c.Slack.SigningSecret != ""
	if c.Discord.Token == "" && !slack && !receives {
		return []string{
			"No platform is configured. For Discord set ANIMO_DISCORD_TOKEN; for Slack set ANIMO_SLACK_BOT_TOKEN and ANIMO_SLACK_APP_TOKEN. To try Animo without any token, run: animo sandbox",
		}
	}
	if slack && !receives {
		out = append(out, "Slack has a bot token but no way to receive: set ANIMO_SLACK_APP_TOKEN (Socket Mode) or ANIMO_SLACK_SIGNING_SECRET (requests to http.listen).")
	}
	if !slack && receives {
		out = append(out, "Slack has an app token or a signing secret but no bot token: set ANIMO_SLACK_BOT_TOKEN.")
	}
	if c.Slack.SigningSecret != "" && c.Slack.AppToken == "" && c.HTTP.Listen == "" {
		out = append(out, "Slack has a signing secret but nothing listens for its requests: set ANIMO_HTTP_LISTEN, or ANIMO_SLACK_APP_TOKEN for Socket Mode.")
	}
	return out
}
