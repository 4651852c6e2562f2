"""What a line of a scraped page is by its own wording: furniture, byline, caption or paragraph.

Nothing here looks at other lines; :mod:`tagonomy.articles.page` weighs where a line stands.
Patterns are general to English news sites: they were checked by eye against 8,000
articles of some forty publishers, and each must match the *whole* line.
"""

from __future__ import annotations

import re

# A longer line holds article text whatever it says; this also bounds the cost of a line.
_LONGEST_FURNITURE = 700
_NETWORKS = (
    r"facebook|twitter|x|instagram|youtube|linkedin|whatsapp|telegram|reddit|pinterest|flipboard|threads"
    r"|tiktok"
    r"|messenger|snapchat|bluesky|mastodon|tumblr|e-?mail|sms|rss"
)
_WORKS = r"(?:article|story|report|post|column|piece|page|newsletter|episode|interview|dispatch)"


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_FURNITURE = _whole(
    # advertising
    r"(?:advertis(?:e|ing)ments?:?\s*)+(?:(?:continue reading|skip advertisement).{0,40})?",
    r"(?:ads?|advertise(?: with us)?|sponsored(?: content| by .{1,60})?|promoted(?: content)?|paid post)",
    r"(?:story|article|post)?\s*continue[sd]? (?:reading )?(?:below|after).{0,60}",
    r"scroll (?:down )?(?:to|for) .{1,60}",
    r"ads? by .{1,40}",
    # invitations to read, watch, listen
    r"\W{0,3}(?:read|see|watch|view|hear|learn|listen)? ?more\W{0,4}",
    r"\W{0,3}(?:(?:read|see) (?:more|also|next|here)|also read|related|more|watch(?: (?:now|live|more"
    r"|here))?|see also"
    r"|don[’']t miss|recommended|must (?:read|watch)|in case you missed it|photos?|video|pictures|listen"
    r"|trending)"
    r"\s?[:>|»].{0,300}",
    r"more (?:on this|from|coverage|stories|news|videos?|headlines)\b.{0,120}",
    r"(?:click|tap|swipe) (?:here|on|to|for|through)\b.{0,140}",
    r"read (?:or share this|the (?:full|whole|original|rest|entire)|it here|and share)\b.{0,140}",
    r"(?:read|get|see) the (?:story|details|full (?:story|text)) here\W{0,3}",
    r"(?:visit|go to) .{1,60}(?:home ?page|website|\.com)\b.{0,60}",
    # newsletters, accounts, payment
    r"\W{0,3}(?:sign[- ]?up|subscribe|register|log[- ]?in|sign[- ]?in)\b.{0,240}",
    r"(?:already )?(?:an? )?(?:subscriber|member)\? .{0,60}",
    r"(?:get|receive|want) .{1,160}\b(?:inbox|newsletters?|delivered)\b.{0,140}",
    r"(?:by (?:signing|clicking|submitting|subscribing|providing)|thank you for (?:signing"
    r"|subscribing)).{0,240}",
    r"newsletters?(?: sign-?up)?|manage newsletters|(?:daily|weekly|morning|evening) (?:newsletter|briefing)",
    r"(?:donate|support (?:us|our|this)|become a (?:member|subscriber|supporter))\b.{0,120}",
    r"(?:download|get) (?:the|our) .{0,40}\bapps?\b.{0,60}",
    # social networks
    r"\W{0,3}(?:follow|like|find|join|connect with|tweet)(?: (?:him|her|them|me|us))? .{0,100}\bon"
    rf" (?:@|{_NETWORKS}|our social)\b.{{0,80}}",
    r"(?:\W{0,3}follow @\w{1,40}\W{0,3})+",
    rf"(?:share|tweet|post)(?: (?:this|the|on|via|to|with))?(?: {_WORKS})?[:!]?"
    rf"(?:[\s|,/·•]{{1,3}}(?:on |via |to )?(?:share|tweet|post|print|pin|save|copy(?: link)?|comments?|more"
    rf"|{_NETWORKS}))*",
    rf"(?:(?:{_NETWORKS}|share|tweet|print|pin|save|copy link)[\s|,/·•]{{0,3}})+",
    r"(?:play|post|share) (?:facebook|twitter)",
    r"(?:contact|email|e-mail|reach|write to) .{1,80}@.{1,60}",
    # rights, cookies, conditions
    r"(?:copyright|©|\(c\))\W{0,3}(?:\d{4}|the|by|all)\b.{0,500}",
    r"this material may not be published.{0,200}",
    r"(?:we|this (?:site|website|page)) uses? (?:cookies|technologies).{0,400}",
    r"(?:accept|reject|manage|cookie|privacy|do not sell|terms|your (?:privacy|ad)|about our ads)\b"
    r"[\w\s&,’'|·]{0,80}\b(?:cookies?|polic(?:y|ies)|settings|preferences|notice|choices|information|options"
    r"|use|service"
    r"|conditions|all)\W?",
    r"the (?:views|opinions) expressed .{0,300}",
    r"if you (?:purchase|buy) .{0,100}(?:through|using) .{0,200}",
    # comments
    r"(?:(?:view|show|see|load|post|leave|add|join|read|hide|write)\s?(?:all|more|the|a|your"
    r"|our)?\s?)?(?:\d{1,6}\s)?"
    r"(?:comments?|conversation|discussion|replies|responses)(?: \(\d{1,6}\))?[:.!]?",
    r"comments (?:are|for this|have been) .{0,80}",
    r"(?:your e-?mail address will not|please (?:read|review) our|use this form|what do you think\?).{0,160}",
    # navigation
    r"(?:see|view|show|browse) all\b.{0,60}",
    r"(?:load|show|view|see) (?:more|less)\b.{0,40}",
    r"(?:most|more) (?:popular|read|viewed|shared|recent|watched|commented|discussed)\b.{0,40}",
    r"(?:related|recommended|suggested|similar|featured|popular|trending|latest|recent|top|more|other|next"
    r"|previous|editors?[’']?s?)"
    r" (?:articles?|stor(?:y|ies)|content|topics|posts?|news|coverage|videos?|links|headlines|reads?|picks"
    r"|choices?|now)\W{0,3}"
    r"(?:from .{1,40}|on .{1,40}|by .{1,40})?",
    r"(?:you (?:may|might)(?: also)? (?:like|be interested in)|people are reading|recommended(?: for you)?"
    r"|trending|up next"
    r"|just in|in this (?:article|story)|from (?:our partners|the web|around the web)"
    r"|around the web)\b.{0,40}",
    r"(?:home|menu|search|close|skip|back|top|next|previous|prev|news|video|videos|photo|photos|live|loading"
    r"|play|pause|image"
    r"|gallery|navigation|sections?|toggle navigation|expand|collapse|opinion|analysis|analysis/opinion|more"
    r"|print|about us"
    r"|contact us|jobs|careers|help|faq|site ?map|masthead)\W{0,3}",
    r"(?:skip|back|return|jump) to .{1,40}",
    r"(?:next|prev(?:ious)?) image \d+ of \d+|\d+ of \d+|slideshow(?: \(\d+ images\))?|full screen",
    # notes of the desk
    r"contributing\W.{1,120}",
    r"\(?(?:additional )?(?:reporting|writing|editing|compiled|produced) by (?-i:[A-Z]).{1,300}",
    r"this (?:article|story|post|column|piece) (?:is more than|was (?:originally|first|updated|produced|last)"
    r"|(?:first|originally) (?:appeared|ran)|has been (?:updated|corrected)|will be updated).{0,200}",
    r"this is a rush transcript.{0,160}",
    r"(?:editors?[’']?s?|author[’']?s?) note:?",
    r"\[?(?:pullquote|image|video|embed|caption)\]?",
    r"\d{1,3} (?:minutes?|hours?|days?|weeks?|months?|years?) ago",
    r"\d{1,3} min(?:ute)?s? read",
    # media boxes
    r"(?:media playback is (?:un)?(?:not )?supported|your browser (?:doesn|does not)).{0,400}",
    r"image (?:copyright|source|credit|caption)\b.{0,500}",
    r"media caption\b.{0,400}",
    r"enlarge this image\b.{0,500}",
)
# Tried only where the words after "in" stand in the line: a pattern that may begin anywhere costs most.
_FURNITURE_ANYWHERE = {
    "all rights reserved": _whole(r".{0,200}\ball rights reserved\b.{0,300}"),
    "removed its comment": _whole(r".{0,60}\bremoved its comment section\b.{0,200}"),
    "read more": _whole(r".{1,140}\|.{1,60} read more"),
    "contributed": _whole(
        rf".{{0,300}}\bcontributed (?:\w+ )?to this {_WORKS}\W{{0,3}}(?:from .{{1,60}})?",
        r"[^.]{2,100}\bcontributed\W{0,3}",
    ),
}
_BYLINE = _whole(
    r"(?:written |story |report |posted |analysis )?by:?[\s|]+(?-i:[A-Z]).{0,160}",
    r"(?:published|updated|posted|last (?:updated|modified)|first published|modified|created)\b.{0,120}",
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun)\.?)?,?\s?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}.{0,60}",
    r"(?:\w{3,9},? )?\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? \d{4}.{0,60}",
    r"\W{0,3}\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}.{0,60}",
    r"\d{1,2}[:.]\d{2}\s?[ap]\.?m\.?.{0,60}",
    r"(?:the )?(?:associated press|reuters|usa today|afp|agence france-presse|bloomberg|staff(?: writer)?s?"
    r"|(?:opinion )?contribut(?:or|ing writer)|special (?:to|for) .{1,40}|.{1,40}(?:staff writer"
    r"|correspondent|columnist))",
)
_LONGEST_CREDIT = 160
_AGENCY_NAMES = (
    r"\b(?:AP|AFP|Reuters|REUTERS|Getty(?: Images)?|EPA|Bloomberg|Associated Press|Photos?|Pool|Images|UPI"
    r"|Xinhua|TASS)\b"
)
_AGENCY_NAME = re.compile(_AGENCY_NAMES)
_CREDIT = re.compile(
    r"[(\[|©][^()\[\]|]{0,60}?" + _AGENCY_NAMES + r"[^()]{0,80}[)\]]?\W{0,3}$"
    # Without brackets a sentence may run so: "the talks - a Reuters count said - ...".
    r"|(?:/ ?|(?:--|—|\bPhoto(?:graph)?s?(?: illustration)?:?(?: by)?|\bCredit:?|\bvia) )"
    r"[^()\[\]|.]{0,60}?" + _AGENCY_NAMES + r"[\w ,/&-]{0,40}$"
)
_CAPTION_START = re.compile(
    r"(?:FILE\b ?[-–—:]|File photo|(?:Image|Media|Photo) (?:caption|credit|copyright|source)"
    r"|Enlarge this image|toggle caption"
    r"|In this (?:\w+[ ,.]+){1,6}(?:file |handout |combination )?(?:photo|image|picture|photograph)\b"
    r"|(?:Photo|Image|Picture|Video)s?(?: by|:)|©|\((?:AP|Photo|Image|Getty)\b)",
    re.IGNORECASE,
)
_CREDIT_PREFIX = re.compile(
    r"(?:Image (?:copyright|source|credit) .{1,80}?|Enlarge this image ?)?(?:Image caption|Media caption"
    r"|toggle caption)[: ]",
    re.IGNORECASE,
)
_PARENTHESISED_CREDIT = re.compile(r"\s*[(\[][^()\[\]]{1,80}[)\]]\W{0,3}$")
# "WASHINGTON (AP) — ", "(CNN) ", "MOSCOW, Jan 5 (Reuters) - ": the agency speaks, the article isn't about it.
_AGENCY = re.compile(
    r"^(?P<place>[^()\n]{0,60}?)\s?\((?:AP|CNN|Reuters|AFP|UPI|Bloomberg|Xinhua|BBC|CBS|ABC|NBC|Fox News|CNBC"
    r"|The Hill|CBS News|Nexstar|NewsNation|WASHINGTON)[^()]{0,20}\)\s?(?P<dash>[-–—]{0,2})\s?"
)
_BETWEEN_NAMES = re.compile(r",? and |, | \| ")
_TERMINAL = re.compile(r"[.!?…:;。！？।؟][\"'”’»)\]*]{0,3}$")
_INITIALISM = re.compile(r"(?:^|\s)(?:(?:[A-Za-z]\.){1,6}|(?:Jr|Sr|Inc|Corp|Co|Ltd|Bros|Dr|Gov|Sen|Rep)\.)$")


def is_furniture(line: str) -> bool:
    """Tell whether a whole line is page furniture: an advertisement mark, a prompt, a menu, a rights notice.

    Parameters
    ----------
    line : str
        One line without surrounding space.

    Returns
    -------
    bool
        False for anything that might be a sentence of the article.

    Notes
    -----
    Lines without any letter or digit ("* * *") are furniture; lines of more than
    700 characters never are, which also bounds the cost.

    Examples
    --------
    >>> is_furniture("ADVERTISEMENT"), is_furniture("READ MORE: What to know about the vote")
    (True, True)
    >>> is_furniture("Advertisement spending rose by a third last year.")
    False
    """
    if len(line) > _LONGEST_FURNITURE:
        return False
    if not any(map(str.isalnum, line)) or _FURNITURE.fullmatch(line):
        return True
    lower = line.lower()
    return any(words in lower and pattern.fullmatch(line) for words, pattern in _FURNITURE_ANYWHERE.items())


def is_byline(line: str) -> bool:
    """Tell whether a line names the author, the date or the agency rather than the matter.

    Examples
    --------
    >>> is_byline("By Ann Smith and Bo Lee"), is_byline("03/14/22 10:02 AM ET")
    (True, True)
    >>> is_byline("By noon the square was full.")
    False
    """
    if len(line) > 200 or (ends_sentence(line) and len(line.split()) > 4):
        return False
    return _BYLINE.fullmatch(line) is not None


def is_caption(line: str) -> bool:
    """Tell whether a line describes a photo: it opens as captions do or ends with a credit.

    Examples
    --------
    >>> is_caption("A convoy near Kherson. (AP Photo/Ann Smith)"), is_caption("FILE - The bridge in 2019.")
    (True, True)
    >>> is_caption("The convoy left Kherson on Monday.")
    False
    """
    if len(line) > _LONGEST_FURNITURE:
        return False
    return _CAPTION_START.match(line) is not None or _has_credit(line)


def _has_credit(line: str) -> bool:
    tail = line[-_LONGEST_CREDIT:]
    return _AGENCY_NAME.search(tail) is not None and _CREDIT.search(tail) is not None


def ends_sentence(line: str) -> bool:
    """Tell whether a line ends as a sentence does, rather than with an initialism such as "U.S.".

    Examples
    --------
    >>> ends_sentence('"Yes," she said.'), ends_sentence("Tags Russia U.S."), ends_sentence("Most Popular")
    (True, False, False)
    """
    return _TERMINAL.search(line, max(0, len(line) - 5)) is not None and (
        _INITIALISM.search(line, max(0, len(line) - 14)) is None
    )


def is_paragraph(line: str) -> bool:
    """Tell whether a line reads as running text of an article.

    Examples
    --------
    >>> is_paragraph("The two sides met in Geneva on Monday."), is_paragraph("Five things to know")
    (True, False)
    """
    words = line.count(" ") + 1
    # Few headlines have more than fourteen words; paragraphs that lost their full stop do.
    long_enough = words > 14 or (words >= 4 and ends_sentence(line))
    return long_enough and not is_furniture(line)


def is_author(line: str) -> bool:
    """Tell whether a line is nothing but names of two to four words each, as authors stand above articles.

    Examples
    --------
    >>> is_author("Ann Smith and Bo van Lee"), is_author("Trade"), is_author("Storm Nears As Rain Falls")
    (True, False, False)
    """
    if len(line) > 200:
        return False
    names = [name.split() for name in _BETWEEN_NAMES.split(line)]
    return all(
        2 <= len(name) <= 4 and name[0][0].isupper() and name[-1][0].isupper() for name in names
    ) and not any(map(str.isdigit, line))


def without_credit(caption: str) -> str:
    """Return a caption without its photo credit, so that the agency is not taken for its matter.

    Examples
    --------
    >>> without_credit("A convoy near Kherson. (AP Photo/Ann Smith)")
    'A convoy near Kherson.'
    >>> without_credit("Image copyright Reuters Image caption A convoy near Kherson")
    'A convoy near Kherson'
    """
    prefix = _CREDIT_PREFIX.match(caption)
    if prefix:
        caption = caption[prefix.end() :]
    if _has_credit(caption):
        caption = _PARENTHESISED_CREDIT.sub("", caption)
    return caption.strip()


def without_agency(paragraph: str) -> str:
    """Return a first paragraph without the agency in its dateline; the place stays.

    Examples
    --------
    >>> without_agency("KYIV, Ukraine (AP) — Talks resumed on Monday.")
    'KYIV, Ukraine — Talks resumed on Monday.'
    >>> without_agency("(CNN) Talks resumed on Monday.")
    'Talks resumed on Monday.'
    """
    found = _AGENCY.match(paragraph)
    # A dateline holds names and dates only: "She told the Associated Press (AP)" is none.
    if not found or not all(word[0].isupper() or word[0].isdigit() for word in found["place"].split()):
        return paragraph
    place = found["place"].strip()
    return f"{place} {found['dash'] or '—'} {paragraph[found.end() :]}" if place else paragraph[found.end() :]
