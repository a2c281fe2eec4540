// The short names people and bots use most, as both platforms know them.

const names = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|100 💯|1234 🔢|8ball 🎱|alarm_clock ⏰|anger 💢|apple 🍎|arrow_down ⬇️|arrow_left ⬅️|arrow_right ➡️|arrow_up ⬆️
arrows_counterclockwise 🔄|art 🎨|ballot_box_with_ballot 🗳️|ballot_box_with_check ☑️|balloon 🎈|bangbang ‼️|bar_chart 📊|baseball ⚾|basketball 🏀
beer 🍺|beers 🍻|bell 🔔|no_bell 🔕|birthday 🎂|black_heart 🖤|blue_heart 💙|blush 😊|bomb 💣|book 📖|bookmark 🔖|books 📚|boom 💥|bow 🙇|brain 🧠
broken_heart 💔|bug 🐛|bulb 💡|bust_in_silhouette 👤|busts_in_silhouette 👥|cake 🍰|calendar 📆|date 📅|spiral_calendar_pad 🗓️|camera 📷|candle 🕯️|cat 🐱
chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|checkered_flag 🏁|cherry_blossom 🌸|christmas_tree 🎄|clap 👏|clapper 🎬|clipboard 📋|clock1 🕐
clock3 🕒|coffee ☕|collision 💥|confetti_ball 🎊|construction 🚧|cookie 🍪|cop 👮|copyright ©️|crossed_swords ⚔️|crown 👑|cry 😢|crystal_ball 🔮|dart 🎯
dash 💨|dog 🐶|dizzy 💫|eight 8️⃣|email 📧|envelope ✉️|exclamation ❗|eyes 👀|fire 🔥|fireworks 🎆|first_place_medal 🥇|second_place_medal 🥈
third_place_medal 🥉|five 5️⃣|flag-fr 🇫🇷|flag-gb 🇬🇧|flag-us 🇺🇸|four 4️⃣|four_leaf_clover 🍀|game_die 🎲|gear ⚙️|gem 💎|ghost 👻|gift 🎁|gift_heart 💝
globe_with_meridians 🌐|grey_question ❔|grey_exclamation ❕|green_heart 💚|grin 😁|grinning 😀|hammer 🔨|hammer_and_wrench 🛠️|handshake 🤝|heart ❤️
heart_eyes 😍|heavy_check_mark ✔️|heavy_multiplication_x ✖️|heavy_plus_sign ➕|heavy_minus_sign ➖|hourglass ⌛|hourglass_flowing_sand ⏳|house 🏠
information_source ℹ️|inbox_tray 📥|outbox_tray 📤|joy 😂|key 🔑|keycap_ten 🔟|label 🏷️|large_blue_circle 🔵|large_green_circle 🟢|large_orange_circle 🟠
large_yellow_circle 🟡|red_circle 🔴|white_circle ⚪|black_circle ⚫|large_purple_circle 🟣|laughing 😆|link 🔗|lock 🔒|unlock 🔓|loudspeaker 📢
mag 🔍|mailbox 📫|mega 📣|memo 📝|pencil 📝|pencil2 ✏️|microphone 🎤|money_with_wings 💸|moneybag 💰|muscle 💪|musical_note 🎵|nine 9️⃣|no_entry ⛔
no_entry_sign 🚫|numbers 🔢|ok 🆗|ok_hand 👌|one 1️⃣|open_mouth 😮|orange_heart 🧡|package 📦|page_facing_up 📄|paperclip 📎|partying_face 🥳|pause_button ⏸️
double_vertical_bar ⏸️|person_raising_hand 🙋|pizza 🍕|play_or_pause_button ⏯️|arrow_forward ▶️|black_square_for_stop ⏹️|pray 🙏|purple_heart 💜|pushpin 📌
question ❓|rabbit 🐰|radio_button 🔘|rainbow 🌈|raised_hands 🙌|raised_hand ✋|recycle ♻️|repeat 🔁|ribbon 🎀|robot_face 🤖|robot 🤖|rocket 🚀|rose 🌹
rotating_light 🚨|runner 🏃|santa 🎅|scales ⚖️|scroll 📜|seven 7️⃣|shield 🛡️|shrug 🤷|six 6️⃣|skull 💀|slightly_smiling_face 🙂|smile 😄|smiley 😃
smirk 😏|snowflake ❄️|snowman ⛄|sob 😭|soccer ⚽|sos 🆘|sound 🔉|sparkle ❇️|sparkles ✨|sparkling_heart 💖|speech_balloon 💬|star ⭐|star2 🌟
star-struck 🤩|star_struck 🤩|exploding_head 🤯|stopwatch ⏱️|sun_with_face 🌞|sunflower 🌻|sunglasses 😎|sunny ☀️|sweat_smile 😅|tada 🎉|tent ⛺|thinking_face 🤔|thinking 🤔
three 3️⃣|ticket 🎟️|admission_tickets 🎟️|timer_clock ⏲️|toolbox 🧰|trophy 🏆|two 2️⃣|two_hearts 💕|unamused 😒|unicorn_face 🦄|umbrella ☔|video_game 🎮
warning ⚠️|wastebasket 🗑️|wave 👋|white_check_mark ✅|white_heart 🤍|wink 😉|wrench 🔧|writing_hand ✍️|x ❌|yellow_heart 💛|yum 😋|zap ⚡|zero 0️⃣|zzz 💤
upside_down_face 🙃|relaxed ☺️|crossed_fingers 🤞|point_right 👉|point_left 👈|point_up ☝️|point_down 👇|v ✌️|earth_africa 🌍|newspaper 📰|bookmark_tabs 📑
card_index 📇|man-shrugging 🤷‍♂️|woman-shrugging 🤷‍♀️|ballot_box 🗳️|medal 🏅|sports_medal 🏅|reminder_ribbon 🎗️|mantelpiece_clock 🕰️|seedling 🌱|herb 🌿|leaves 🍃
`;

const table = new Map(names.split(/[|\n]/).filter((s) => s.includes(" ")).map((s) => s.trim().split(" ")));
const reverse = new Map([...table].reverse().map(([name, sign]) => [sign, name]));

/** The character of a short name; tones ("::skin-tone-2") are left aside. */
export function emoji(name) {
  return table.get(name.split("::")[0]);
}

/** The short name of a character, if it has one. */
export function shortName(sign) {
  return reverse.get(sign);
}

/** Text with its :short_names: replaced; unknown ones stay as they are. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/g, (whole, name) => emoji(name) ?? whole);
}
