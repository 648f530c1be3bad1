"""The Bot API as a table: parameters of each method and fields of each object that a bot sends (Bot API 10.0).

One entry starts at the margin, its continuation lines are indented. ``name:type``; ``!`` = required; ``[T]`` = array
of T; ``@send`` and the like stand for the groups in `MACROS`. `simulator.schema` compiles it; a test compares it with
the client library's own signatures, so a typing mistake here does not become a rule.
"""

from typing import Final

MACROS: Final = {
    "@send": (
        "disable_notification:bool protect_content:bool allow_paid_broadcast:bool message_effect_id:str "
        "suggested_post_parameters:SuggestedPostParameters reply_parameters:ReplyParameters reply_markup:ReplyMarkup"
    ),
    "@topic": "business_connection_id:str message_thread_id:int direct_messages_topic_id:int",
    "@caption": "caption:str parse_mode:str caption_entities:[MessageEntity]",
}

# Unions told apart by the field `type`: value → object.
TYPED_UNIONS: Final = {
    "AlbumMedia": {
        "audio": "InputMediaAudio",
        "document": "InputMediaDocument",
        "photo": "InputMediaPhoto",
        "video": "InputMediaVideo",
    },
    "InputMedia": {
        "animation": "InputMediaAnimation",
        "audio": "InputMediaAudio",
        "document": "InputMediaDocument",
        "photo": "InputMediaPhoto",
        "video": "InputMediaVideo",
    },
    "BotCommandScope": {
        "default": "BotCommandScopeDefault",
        "all_private_chats": "BotCommandScopeAllPrivateChats",
        "all_group_chats": "BotCommandScopeAllGroupChats",
        "all_chat_administrators": "BotCommandScopeAllChatAdministrators",
        "chat": "BotCommandScopeChat",
        "chat_administrators": "BotCommandScopeChatAdministrators",
        "chat_member": "BotCommandScopeChatMember",
    },
    "MenuButton": {"commands": "MenuButtonCommands", "web_app": "MenuButtonWebApp", "default": "MenuButtonDefault"},
    "ReactionType": {
        "emoji": "ReactionTypeEmoji",
        "custom_emoji": "ReactionTypeCustomEmoji",
        "paid": "ReactionTypePaid",
    },
}

# Unions told apart by which field is there: field → object.
KEYED_UNIONS: Final = {
    "ReplyMarkup": {
        "inline_keyboard": "InlineKeyboardMarkup",
        "keyboard": "ReplyKeyboardMarkup",
        "remove_keyboard": "ReplyKeyboardRemove",
        "force_reply": "ForceReply",
    },
}

METHODS: Final = """
getMe
logOut
close
getUpdates offset:int limit:int timeout:int allowed_updates:[str]
setWebhook url!:str certificate:upload ip_address:str max_connections:int allowed_updates:[str]
  drop_pending_updates:bool secret_token:str
deleteWebhook drop_pending_updates:bool
getWebhookInfo
sendMessage chat_id!:chat text!:str parse_mode:str entities:[MessageEntity] link_preview_options:LinkPreviewOptions
  @send @topic
sendPhoto chat_id!:chat photo!:file show_caption_above_media:bool has_spoiler:bool @send @topic @caption
sendDocument chat_id!:chat document!:file thumbnail:upload disable_content_type_detection:bool @send @topic @caption
sendVideo chat_id!:chat video!:file duration:int width:int height:int thumbnail:upload cover:file
  start_timestamp:int show_caption_above_media:bool has_spoiler:bool supports_streaming:bool @send @topic @caption
sendVoice chat_id!:chat voice!:file duration:int @send @topic @caption
sendLocation chat_id!:chat latitude!:float longitude!:float horizontal_accuracy:float live_period:int heading:int
  proximity_alert_radius:int @send @topic
sendMediaGroup chat_id!:chat media!:[AlbumMedia] disable_notification:bool protect_content:bool
  allow_paid_broadcast:bool message_effect_id:str reply_parameters:ReplyParameters @topic
sendChatAction chat_id!:chat action!:str business_connection_id:str message_thread_id:int
editMessageText text:str business_connection_id:str chat_id:chat message_id:int inline_message_id:str parse_mode:str
  entities:[MessageEntity] link_preview_options:LinkPreviewOptions reply_markup:InlineKeyboardMarkup
editMessageCaption business_connection_id:str chat_id:chat message_id:int inline_message_id:str
  show_caption_above_media:bool reply_markup:InlineKeyboardMarkup @caption
editMessageMedia media!:InputMedia business_connection_id:str chat_id:chat message_id:int inline_message_id:str
  reply_markup:InlineKeyboardMarkup
editMessageReplyMarkup business_connection_id:str chat_id:chat message_id:int inline_message_id:str
  reply_markup:InlineKeyboardMarkup
deleteMessage chat_id!:chat message_id!:int
deleteMessages chat_id!:chat message_ids!:[int]
copyMessage chat_id!:chat from_chat_id!:chat message_id!:int message_thread_id:int direct_messages_topic_id:int
  video_start_timestamp:int show_caption_above_media:bool @send @caption
copyMessages chat_id!:chat from_chat_id!:chat message_ids!:[int] message_thread_id:int direct_messages_topic_id:int
  disable_notification:bool protect_content:bool remove_caption:bool
forwardMessage chat_id!:chat from_chat_id!:chat message_id!:int message_thread_id:int direct_messages_topic_id:int
  video_start_timestamp:int disable_notification:bool protect_content:bool message_effect_id:str
  suggested_post_parameters:SuggestedPostParameters
forwardMessages chat_id!:chat from_chat_id!:chat message_ids!:[int] message_thread_id:int
  direct_messages_topic_id:int disable_notification:bool protect_content:bool
pinChatMessage chat_id!:chat message_id!:int business_connection_id:str disable_notification:bool
unpinChatMessage chat_id!:chat business_connection_id:str message_id:int
unpinAllChatMessages chat_id!:chat
answerCallbackQuery callback_query_id!:str text:str show_alert:bool url:str cache_time:int
setMyCommands commands!:[BotCommand] scope:BotCommandScope language_code:str
getMyCommands scope:BotCommandScope language_code:str
deleteMyCommands scope:BotCommandScope language_code:str
getChat chat_id!:chat
getChatMember chat_id!:chat user_id!:int
getChatAdministrators chat_id!:chat return_bots:bool
getChatMemberCount chat_id!:chat
leaveChat chat_id!:chat
getFile file_id!:str
setMessageReaction chat_id!:chat message_id!:int reaction:[ReactionType] is_big:bool
setMyDescription description:str language_code:str
getMyDescription language_code:str
setMyShortDescription short_description:str language_code:str
getMyShortDescription language_code:str
setMyName name:str language_code:str
getMyName language_code:str
setChatMenuButton chat_id:int menu_button:MenuButton
getChatMenuButton chat_id:int
exportChatInviteLink chat_id!:chat
createChatInviteLink chat_id!:chat name:str expire_date:int member_limit:int creates_join_request:bool"""

OBJECTS: Final = """
BotCommand command!:str description!:str
BotCommandScopeAllChatAdministrators type!:str
BotCommandScopeAllGroupChats type!:str
BotCommandScopeAllPrivateChats type!:str
BotCommandScopeChat type!:str chat_id!:chat
BotCommandScopeChatAdministrators type!:str chat_id!:chat
BotCommandScopeChatMember type!:str chat_id!:chat user_id!:int
BotCommandScopeDefault type!:str
CopyTextButton text!:str
ForceReply force_reply!:bool input_field_placeholder:str selective:bool
InlineKeyboardButton text!:str icon_custom_emoji_id:str style:str url:str callback_data:str web_app:WebAppInfo
  login_url:LoginUrl switch_inline_query:str switch_inline_query_current_chat:str
  switch_inline_query_chosen_chat:SwitchInlineQueryChosenChat copy_text:CopyTextButton callback_game:CallbackGame
  pay:bool
InlineKeyboardMarkup inline_keyboard!:[[InlineKeyboardButton]]
InputMediaAnimation type!:str media!:file thumbnail:upload caption:str parse_mode:str
  caption_entities:[MessageEntity] show_caption_above_media:bool width:int height:int duration:int has_spoiler:bool
InputMediaAudio type!:str media!:file thumbnail:upload caption:str parse_mode:str caption_entities:[MessageEntity]
  duration:int performer:str title:str
InputMediaDocument type!:str media!:file thumbnail:upload caption:str parse_mode:str
  caption_entities:[MessageEntity] disable_content_type_detection:bool
InputMediaPhoto type!:str media!:file caption:str parse_mode:str caption_entities:[MessageEntity]
  show_caption_above_media:bool has_spoiler:bool
InputMediaVideo type!:str media!:file thumbnail:upload cover:file start_timestamp:int caption:str parse_mode:str
  caption_entities:[MessageEntity] show_caption_above_media:bool width:int height:int duration:int
  supports_streaming:bool has_spoiler:bool
KeyboardButton text!:str icon_custom_emoji_id:str style:str request_users:KeyboardButtonRequestUsers
  request_chat:KeyboardButtonRequestChat request_managed_bot:KeyboardButtonRequestManagedBot request_contact:bool
  request_location:bool request_poll:KeyboardButtonPollType web_app:WebAppInfo
KeyboardButtonPollType type:str
KeyboardButtonRequestChat request_id!:int chat_is_channel!:bool chat_is_forum:bool chat_has_username:bool
  chat_is_created:bool user_administrator_rights:ChatAdministratorRights
  bot_administrator_rights:ChatAdministratorRights bot_is_member:bool request_title:bool request_username:bool
  request_photo:bool
ChatAdministratorRights is_anonymous!:bool can_manage_chat!:bool can_delete_messages!:bool
  can_manage_video_chats!:bool can_restrict_members!:bool can_promote_members!:bool can_change_info!:bool
  can_invite_users!:bool can_post_stories!:bool can_edit_stories!:bool can_delete_stories!:bool
  can_post_messages:bool can_edit_messages:bool can_pin_messages:bool can_manage_topics:bool
  can_manage_direct_messages:bool can_manage_tags:bool
KeyboardButtonRequestUsers request_id!:int user_is_bot:bool user_is_premium:bool max_quantity:int request_name:bool
  request_username:bool request_photo:bool
LinkPreviewOptions is_disabled:bool url:str prefer_small_media:bool prefer_large_media:bool show_above_text:bool
LoginUrl url!:str forward_text:str bot_username:str request_write_access:bool
MenuButtonCommands type!:str
MenuButtonDefault type!:str
MenuButtonWebApp type!:str text!:str web_app!:WebAppInfo
MessageEntity type!:str offset!:int length!:int url:str user:User language:str custom_emoji_id:str unix_time:int
  date_time_format:str
ReactionTypeCustomEmoji type!:str custom_emoji_id!:str
ReactionTypeEmoji type!:str emoji!:str
ReactionTypePaid type!:str
ReplyKeyboardMarkup keyboard!:[[KeyboardButton]] is_persistent:bool resize_keyboard:bool one_time_keyboard:bool
  input_field_placeholder:str selective:bool
ReplyKeyboardRemove remove_keyboard!:bool selective:bool
ReplyParameters message_id:int chat_id:chat allow_sending_without_reply:bool quote:str quote_parse_mode:str
  quote_entities:[MessageEntity] quote_position:int checklist_task_id:int poll_option_id:str
SuggestedPostParameters price:SuggestedPostPrice send_date:int
SuggestedPostPrice currency!:str amount!:int
SwitchInlineQueryChosenChat query:str allow_user_chats:bool allow_bot_chats:bool allow_group_chats:bool
  allow_channel_chats:bool
User id!:int is_bot!:bool first_name!:str last_name:str username:str language_code:str is_premium:bool
  added_to_attachment_menu:bool can_join_groups:bool can_read_all_group_messages:bool supports_guest_queries:bool
  supports_inline_queries:bool can_connect_to_business:bool has_main_web_app:bool has_topics_enabled:bool
  allows_users_to_create_topics:bool can_manage_bots:bool
WebAppInfo url!:str
CallbackGame
KeyboardButtonRequestManagedBot request_id!:int suggested_name:str suggested_username:str
"""
