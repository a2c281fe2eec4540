// Reads a Slack modal view into a form.

import { t } from "./i18n.js";
import { plain } from "./mrkdwn.js";
import { block } from "./slack.js";
import { widget } from "./slackelements.js";

/** {title, submit, close, parts}, where a part is a node or a field. */
export function slackForm(modal, cx) {
  const view = modal.native;
  const blocks = view.blocks ?? [];
  const seen = new Map();
  for (const b of blocks) if (b.type === "input") seen.set(b.element?.action_id, (seen.get(b.element?.action_id) ?? 0) + 1);
  return {
    title: plain(view.title?.text ?? ""),
    // A view without input blocks needs no submit button.
    submit: view.submit ? plain(view.submit.text ?? "") : seen.size ? t("submit") : "",
    close: view.close ? plain(view.close.text ?? "") : t("cancel"),
    parts: blocks.map((b) => (b.type === "input" ? field(b, seen, cx) : { node: block(b, cx) })),
  };
}

function field(b, seen, cx) {
  const e = b.element ?? {};
  const commit = b.dispatch_action ? (values, element) => cx.press({ control: e.action_id, block: b.block_id, values, element }) : undefined;
  return {
    key: seen.get(e.action_id) > 1 ? `${b.block_id}/${e.action_id}` : e.action_id, also: [b.block_id, e.action_id],
    label: plain(b.label?.text ?? ""), hint: plain(b.hint?.text ?? ""), required: !b.optional, min: e.min_length, widget: widget(e, cx, commit),
  };
}
