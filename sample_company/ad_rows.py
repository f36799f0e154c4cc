"""Rows of the ad platforms: accounts, campaigns, and what they cost and brought by day.

A few campaigns in accounts of several currencies, whatever the company's size. Costs are made by the
column: whole millionths of the account's currency for Google and LinkedIn, whole cents for Facebook.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from sample_company.ids import make_ids
from sample_company.timeline import DAY, HOUR, Ints, month_index
from sample_company.truth import decimals
from sample_company.writer import build

_GOOGLE, _LINKEDIN, _FACEBOOK = "google_ads", "linkedin_ads", "facebook_ads"
_DEVICES = ("MOBILE", "DESKTOP", "TABLET")


@dataclass(frozen=True)
class _Campaign:
    """share: hundredths of the month's budget; group: LinkedIn's campaign group, Facebook's campaign."""

    platform: str
    account: int
    id: int
    name: str
    currency: str
    share: int
    kind: str = ""
    group: int | None = None


_CAMPAIGNS = (
    _Campaign(_GOOGLE, 11, 101, "Brand US", "usd", 4, "SEARCH"),
    _Campaign(_GOOGLE, 11, 102, "Generic US", "usd", 6, "SEARCH"),
    _Campaign(_GOOGLE, 11, 103, "Performance Max cross-network US", "usd", 4, "PERFORMANCE_MAX"),
    _Campaign(_GOOGLE, 12, 104, "Display EU", "eur", 2, "DISPLAY"),
    _Campaign(_GOOGLE, 12, 105, "Video EU", "eur", 2, "VIDEO"),
    _Campaign(_LINKEDIN, 21, 201, "CFO sponsored", "gbp", 3, "SPONSORED_UPDATES", 291),
    _Campaign(_LINKEDIN, 21, 202, "CFO text", "gbp", 1, "TEXT_AD", 291),
    _Campaign(_LINKEDIN, 21, 203, "Founders", "gbp", 2, "SPONSORED_UPDATES", 292),
    _Campaign(_LINKEDIN, 21, 204, "Without a group", "gbp", 1, "DYNAMIC", None),
    _Campaign(_FACEBOOK, 31, 301, "Retargeting image", "eur", 2, group=391),
    _Campaign(_FACEBOOK, 31, 302, "Retargeting video", "eur", 1, group=391),
    _Campaign(_FACEBOOK, 31, 303, "Lookalike image", "eur", 1, group=392),
)
#: Share of the company's age at which the platform's loader was connected; ads ran three months before.
_CONNECTED = {_GOOGLE: 0.0, _LINKEDIN: 0.3, _FACEBOOK: 0.5}
_BEFORE = 3


@dataclass
class Ads:
    """Raw rows, and what the company's own books know of the same ads."""

    rows: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    tables: dict[tuple[str, str], pa.Table] = field(default_factory=dict)
    #: ((month, platform, currency), costs of its campaign-days in millionths) that platforms report.
    daily_costs: list[tuple[tuple[int, str, str], Ints]] = field(default_factory=list)
    reported: Counter[tuple[int, str]] = field(default_factory=Counter)
    spent: Counter[tuple[int, str, str]] = field(default_factory=Counter)

    def invoice(self, month: int, platform: str, currency: str) -> tuple[int, bool]:
        """The month's invoice in millionths (whole cents), and whether the platform reports it too."""
        cents = round(self.spent[month, platform, currency] / 10_000)
        return cents * 10_000, self.reported[month, platform] > 0

    def any_reports(self, month: int) -> bool:
        """Whether any platform reports costs of the month."""
        return any(self.reported[month, platform] > 0 for platform in _CONNECTED)


def simulate(rng: np.random.Generator, budget: dict[int, int], origin: int, as_of: int) -> Ads:
    """Ads from the company's origin to as-of (seconds); budgets are dollars by month."""
    ads = Ads()
    days = np.arange(origin // DAY, (as_of - 1) // DAY + 1)
    months = month_index(days * DAY)
    first = int(months[0]) if len(days) else 0
    dollars = np.array([budget[int(month)] for month in months], dtype=np.float64)
    stats: dict[str, list[tuple[_Campaign, Ints, Ints]]] = {name: [] for name in _CONNECTED}
    for campaign in _CAMPAIGNS:
        connected = int(first + _CONNECTED[campaign.platform] * (int(months[-1]) - first))
        noise = rng.uniform(0.4, 1.6, len(days))
        cents = (dollars * campaign.share * noise / 30.4).astype(np.int64)
        micros = cents * 10_000
        if campaign.platform != _FACEBOOK:
            micros += rng.integers(0, 10_000, len(days))
        micros *= months >= connected - _BEFORE
        shown = months >= connected
        for month in np.unique(months):
            of_month = (months == month) & (micros > 0)
            key = (int(month), campaign.platform, campaign.currency)
            ads.spent[key] += int(micros[of_month].sum())
            if month >= connected:
                ads.reported[key[0], campaign.platform] += int(micros[of_month].sum())
        stats[campaign.platform].append((campaign, days[shown], micros[shown]))
    _google(rng, ads, stats[_GOOGLE])
    _linkedin(rng, ads, stats[_LINKEDIN])
    _facebook(rng, ads, stats[_FACEBOOK])
    _histories(ads, int(days[0]) * DAY if len(days) else origin)
    return ads


def _clicks(rng: np.random.Generator, micros: Ints) -> dict[str, Ints]:
    clicks = (micros // 1_800_000) + rng.integers(0, 3, len(micros))
    return {"clicks": clicks, "impressions": clicks * 40 + rng.integers(0, 400, len(micros))}


def _tell(ads: Ads, group: Ints, days: Ints, micros: Ints, name: str, currency: str) -> None:
    """Costs of campaign-days as the marts have them: one for each campaign and day."""
    keys, position = np.unique(group * 100_000 + days, return_inverse=True)
    total = np.zeros(len(keys), dtype=np.int64)
    np.add.at(total, position, micros)
    months = month_index((keys % 100_000) * DAY)
    for month in np.unique(months):
        ads.daily_costs.append(((int(month), name, currency), total[months == month]))


def _google(rng: np.random.Generator, ads: Ads, stats: list[tuple[_Campaign, Ints, Ints]]) -> None:
    parts: dict[str, list[Ints]] = {
        name: [] for name in ("day", "id", "account", "micros", "device")
    }
    for campaign, days, micros in stats:
        _tell(ads, np.full(len(days), campaign.id), days, micros, _GOOGLE, campaign.currency)
        # Performance Max and the others alike: by device, which adds up to the day.
        mobile = micros * rng.integers(30, 60, len(days)) // 100
        tablet = micros * 5 // 100
        for device, cost in enumerate((mobile, micros - mobile - tablet, tablet)):
            parts["day"].append(days)
            parts["id"].append(np.full(len(days), campaign.id))
            parts["account"].append(np.full(len(days), campaign.account))
            parts["micros"].append(cost)
            parts["device"].append(np.full(len(days), device))
    columns = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    size = len(columns["day"])
    ads.tables[_GOOGLE, "campaign_stats"] = build(
        _GOOGLE,
        "campaign_stats",
        size,
        {
            "_fivetran_id": make_ids("gs", np.arange(size), 5),
            "_fivetran_synced": columns["day"] * DAY + DAY + 3 * HOUR,
            "ad_network_type": "SEARCH",
            "device": pa.array(_DEVICES).take(pa.array(columns["device"])),
            "customer_id": columns["account"],
            "id": columns["id"],
            "date": pa.array(columns["day"].astype(np.int32)).cast(pa.date32()),
            "cost_micros": columns["micros"],
            **_clicks(rng, columns["micros"]),
        },
    )


def _linkedin(
    rng: np.random.Generator, ads: Ads, stats: list[tuple[_Campaign, Ints, Ints]]
) -> None:
    days = np.concatenate([days for _, days, _ in stats])
    micros = np.concatenate([micros for *_, micros in stats])
    ids = np.concatenate([np.full(len(days), campaign.id) for campaign, days, _ in stats])
    groups = np.concatenate([np.full(len(d), c.group or c.id) for c, d, _ in stats])
    _tell(ads, groups, days, micros, _LINKEDIN, "gbp")
    ads.tables[_LINKEDIN, "ad_analytics_by_campaign"] = build(
        _LINKEDIN,
        "ad_analytics_by_campaign",
        len(days),
        {
            "_fivetran_synced": days * DAY + DAY + 5 * HOUR,
            "day": days * DAY,
            "campaign_id": ids,
            "cost_in_local_currency": decimals(micros),
            "cost_in_usd": decimals(micros * 5 // 4),
            **_clicks(rng, micros),
        },
    )


def _facebook(
    rng: np.random.Generator, ads: Ads, stats: list[tuple[_Campaign, Ints, Ints]]
) -> None:
    days = np.concatenate([days for _, days, _ in stats])
    micros = np.concatenate([micros for *_, micros in stats])
    ids = np.concatenate([np.full(len(days), campaign.id) for campaign, days, _ in stats])
    groups = np.concatenate([np.full(len(d), c.group or c.id) for c, d, _ in stats])
    _tell(ads, groups, days, micros, _FACEBOOK, "eur")
    brought = _clicks(rng, micros)
    ads.tables[_FACEBOOK, "basic_ad"] = build(
        _FACEBOOK,
        "basic_ad",
        len(days),
        {
            "_fivetran_synced": days * DAY + DAY + 4 * HOUR,
            "ad_id": pa.array([str(number) for number in ids], pa.string()),
            "account_id": np.full(len(days), 31),
            "date": pa.array(days.astype(np.int32)).cast(pa.date32()),
            "spend": (micros // 10_000) / 100,
            "inline_link_clicks": brought["clicks"],
            "impressions": brought["impressions"],
        },
    )


def _histories(ads: Ads, start: int) -> None:
    """Versions of accounts, groups, campaigns and ads; some were renamed ninety days later."""
    synced = {"_fivetran_synced": start + HOUR}

    def land(platform: str, table: str, version: str, names: dict[int, str], **row: Any) -> None:
        for number, name in names.items():
            columns = {"id": number, **row, version: start, **synced}
            found = ads.rows.setdefault((platform, table), [])
            if number % 2 and table != "account_history":
                found.append({**columns, "name": f"{name} (draft)"})
                columns |= {version: start + 90 * DAY, "_fivetran_synced": start + 91 * DAY}
            found.append({**columns, "name": name})

    def named(platform: str, table: str, version: str, **extra: dict[int, Any]) -> None:
        of_platform = [c for c in _CAMPAIGNS if c.platform == platform]
        for campaign in of_platform:
            columns = {column: values[campaign.id] for column, values in extra.items()}
            land(platform, table, version, {campaign.id: campaign.name}, **columns)

    accounts = {
        (11, _GOOGLE): {"currency_code": "USD", "time_zone": "America/New_York"},
        (12, _GOOGLE): {"currency_code": "eur", "time_zone": "Europe/Berlin"},
        (21, _LINKEDIN): {"currency": "GBP", "status": "ACTIVE"},
        (31, _FACEBOOK): {"currency": "EUR", "timezone_name": "Europe/Berlin"},
    }
    version = {_GOOGLE: "updated_at", _LINKEDIN: "last_modified_time", _FACEBOOK: "created_time"}
    for (number, platform), columns in accounts.items():
        label = "descriptive_name" if platform == _GOOGLE else "name"
        row = {"id": number, label: f"Account {number}", version[platform]: start}
        ads.rows.setdefault((platform, "account_history"), []).append({**row, **columns, **synced})
    ids = {c.id: c for c in _CAMPAIGNS}
    named(
        _GOOGLE, "campaign_history", "updated_at",
        customer_id={n: c.account for n, c in ids.items()},
        advertising_channel_type={n: c.kind for n, c in ids.items()},
        status=dict.fromkeys(ids, "ENABLED"),
    )  # fmt: skip
    named(
        _LINKEDIN, "campaign_history", "last_modified_time",
        account_id={n: c.account for n, c in ids.items()},
        campaign_group_id={n: c.group for n, c in ids.items()},
        type={n: c.kind for n, c in ids.items()},
    )  # fmt: skip
    named(
        _FACEBOOK, "ad_history", "updated_time",
        account_id={n: c.account for n, c in ids.items()},
        campaign_id={n: c.group for n, c in ids.items()},
    )  # fmt: skip
    groups = {291: "CFO", 292: "Founders"}
    land(_LINKEDIN, "campaign_group_history", "last_modified_time", groups, account_id=21)
    groups = {391: "Retargeting", 392: "Lookalike"}
    land(_FACEBOOK, "campaign_history", "updated_time", groups, account_id=31, status="ACTIVE")
