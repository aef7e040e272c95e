"""From the configuration to what the rooms take: the rooms know nothing of `config`."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from config import Config, ConfigError, mail_settings
from crawler.revisits import delays_of
from crawler.sources import BASES, Source, load_sources
from feeds.filters import matches
from feeds.settings import MailSettings, OneClick, PublishSettings, Retirement, Watched
from feeds.signet import Signet, kept_secret
from pipelines.classify import ClassifyError, RuleSet, load_rules
from pipelines.copies import compared
from store.database import Database


def publish_settings(config: Config) -> PublishSettings:
    """Return how publications look, from the configuration."""
    sources = load_sources(config.sources)
    return PublishSettings(
        title=config.site_title,
        author=config.site_title,
        contact=config.contact,
        public_url=config.public_url,
        feed_items=config.feed_limit,
        configured=tuple(map(_watched, sources.values())),
        after_publish=tuple(config.after_publish),
        compare=compared,
        delays=partial(delays_of, sources),
    )


def post_settings(config: Config, sources: Iterable[Source]) -> MailSettings:
    """Return where mail goes and what it tells of: only sources that are switched on.

    Makes the secret of unsubscribe links on the first call where they are served.
    """
    enabled = [source for source in sources if source.enabled]
    url = config.one_click_url
    return replace(
        mail_settings(config),
        watched=frozenset(source.id for source in enabled),
        rhythms_h={s.id: s.rhythm_h for s in enabled},
        one_click=OneClick(url, signet(config)) if url else None,
    )


def signet(config: Config) -> Signet:
    """Return what signs unsubscribe links: the configured secret, else the data folder's own."""
    if config.unsubscribe_secret is not None:
        return Signet(config.unsubscribe_secret.get_secret_value().encode())
    return Signet(kept_secret(config.data / "unsubscribe.key"))


def _watched(source: Source) -> Watched:
    """Return what readers are told of a source's configuration."""
    return Watched(
        source_id=source.id,
        name=source.name,
        region=source.region,
        kind=source.kind,
        home=source.base_url,
        basis=min((column.basis for column in source.columns), key=BASES.index),
        rhythm_h=source.rhythm_h,
        slowest_h=max(column.rhythm_h for column in source.columns),
        columns=len(source.columns),
        enabled=source.enabled,
        bases=tuple(column.basis for column in source.columns),
        retired=Retirement(**source.retired.model_dump()) if source.retired else None,
    )


def open_database(config: Config) -> Database:
    """Return the database, with the filter grammar that immediate alerts are matched by."""
    return Database(config.database, wants=matches)


def rules_of(config: Config) -> RuleSet:
    """Return the rules of classification with the operator's own; raises ConfigError."""
    try:
        return load_rules([config.classify_rules] if config.classify_rules else [])
    except ClassifyError as error:
        raise ConfigError(f"classify_rules: {error}") from error
