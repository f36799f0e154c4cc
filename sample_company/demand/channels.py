"""Where visits come from: campaigns of the sample's own ads, search, links, mail, and nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sample_company.timeline import seconds

#: From this day on GA4 has a channel for AI assistants; before, they were referrals.
AI_FROM = seconds(datetime(2026, 5, 13, tzinfo=UTC))
#: The first visits that an assistant sent.
_AI_BEGAN = seconds(datetime(2025, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Origin:
    """A source of visits.

    source, medium and campaign are what the visit's address says (None: nothing, the referrer tells);
    weight is for first visits, again for later ones.
    """

    channel: str
    weight: float
    again: float
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    click_id: str | None = None
    referrer: str | None = None
    campaign_id: int | None = None
    hubspot: str = "OTHER_CAMPAIGNS"  # HubSpot's own word for it
    is_tagged: bool = True  # whether the address carries utm parameters

    @property
    def host(self) -> str:
        """The referrer's host without www."""
        return (self.referrer or "").split("/")[2].removeprefix("www.") if self.referrer else ""


_GOOGLE = "https://www.google.com/"


def _ads(
    channel: str, weight: float, source: str, medium: str, campaign: str, click_id: str,
    campaign_id: int, *, is_tagged: bool = True,
) -> Origin:  # fmt: skip
    """An ad; the campaigns are those of sample_company.ad_rows."""
    is_social = channel == "Paid Social"
    referrer = f"https://www.{source.removesuffix('.com')}.com/"
    return Origin(
        channel, weight, weight / 3, source, medium, campaign, click_id, referrer, campaign_id,
        "PAID_SOCIAL" if is_social else "PAID_SEARCH", is_tagged,
    )  # fmt: skip


def _found(channel: str, weight: float, again: float, referrer: str, hubspot: str) -> Origin:
    """A link that is not tagged: search engines, social networks, other sites."""
    return Origin(channel, weight, again, referrer=referrer, hubspot=hubspot, is_tagged=False)


ORIGINS: tuple[Origin, ...] = (
    Origin("Direct", 20, 34, hubspot="DIRECT_TRAFFIC", is_tagged=False),
    _ads("Paid Search", 7, "google", "cpc", "Brand US", "gclid", 101),
    _ads("Paid Search", 8, "google", "cpc", "Generic US", "gclid", 102),
    # GA4 knows this channel by the campaign's name alone.
    _ads("Cross-network", 4, "google", "cpc", "Performance Max cross-network US", "gclid", 103),
    _ads("Display", 3, "google", "display", "Display EU", "gclid", 104),
    _ads("Paid Video", 2, "youtube", "cpv", "Video EU", "gclid", 105),
    _ads("Paid Social", 4, "linkedin", "paid-social", "CFO", "li_fat_id", 291),
    _ads("Paid Social", 2, "linkedin", "paid-social", "Founders", "li_fat_id", 292),
    _ads("Paid Social", 3, "facebook", "paid-social", "Retargeting", "fbclid", 391),
    _ads("Paid Social", 2, "facebook", "paid-social", "Lookalike", "fbclid", 392),
    _found("Organic Search", 18, 12, _GOOGLE, "ORGANIC_SEARCH"),
    _found("Organic Search", 3, 2, "https://www.bing.com/", "ORGANIC_SEARCH"),
    _found("Organic Search", 2, 1, "https://duckduckgo.com/", "ORGANIC_SEARCH"),
    _found("Organic Social", 3, 2, "https://www.linkedin.com/", "SOCIAL_MEDIA"),
    _found("Organic Social", 2, 1, "https://www.reddit.com/", "SOCIAL_MEDIA"),
    _found("Referral", 3, 1, "https://www.g2.com/", "REFERRALS"),
    _found("Referral", 2, 1, "https://www.capterra.com/", "REFERRALS"),
    _found("Referral", 1, 1, "https://blog.partner.example/", "REFERRALS"),
    Origin("Email", 2, 16, "newsletter", "email", "product-news", hubspot="EMAIL_MARKETING"),
    Origin("Affiliates", 1, 0.5, "partnerstack", "affiliate", "resellers"),
    Origin("Audio", 1, 0.3, "metadata-podcasts", "audio", "podcasts"),
    # The source is called email, but the medium decides.
    Origin("Referral", 0.4, 0.4, "email", "referral", "signature"),
    Origin("Unassigned", 0.4, 0.2, "poster", "print", "airport"),
    _found("AI Assistant", 5, 3, "https://chatgpt.com/", "AI_REFERRALS"),
    _found("AI Assistant", 2, 1, "https://claude.ai/", "AI_REFERRALS"),
)
DIRECT = 0


def channel(origin: int, at: int) -> str:
    """The default channel group of a visit at an instant."""
    name = ORIGINS[origin].channel
    return "Referral" if name == "AI Assistant" and at < AI_FROM else name


def weights(at: int, *, again: bool, tracked_ads: bool = True) -> list[float]:
    """Weights of the origins for a visit at an instant."""
    return [
        0.0
        if (o.channel == "AI Assistant" and at < _AI_BEGAN) or (o.click_id and not tracked_ads)
        else (o.again if again else o.weight)
        for o in ORIGINS
    ]


def told(origin: int, at: int) -> tuple[str | None, str | None, str | None]:
    """(source, medium, campaign) as GA4 writes them into the first event of a session."""
    found = ORIGINS[origin]
    if found.is_tagged:
        return found.source, found.medium, found.campaign
    if found.channel == "Organic Search":
        return found.host.split(".")[0], "organic", "(organic)"
    if found.channel == "AI Assistant" and at >= AI_FROM:
        return found.host, "ai-assistant", "(ai-assistant)"
    if found.referrer:
        return found.host, "referral", "(referral)"
    return None, None, None
