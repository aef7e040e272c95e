"""From the configuration to what the rooms take: the rooms know nothing of `config`."""

from config import Config, ConfigError
from crawler.sources import BASES, Source, load_sources
from feeds.filters import matches
from feeds.settings import PublishSettings, Watched
from pipelines.classify import ClassifyError, RuleSet, load_rules
from store.database import Database


def publish_settings(config: Config) -> PublishSettings:
    """Return how publications look, from the configuration."""
    return PublishSettings(
        title=config.site_title,
        author=config.site_title,
        contact=config.contact,
        public_url=config.public_url,
        feed_items=config.feed_limit,
        configured=tuple(map(_watched, load_sources(config.sources).values())),
        after_publish=tuple(config.after_publish),
    )


def _watched(source: Source) -> Watched:
    """Return what readers are told of a source's configuration."""
    return Watched(
        source_id=source.id,
        name=source.name,
        region=source.region,
        kind=source.kind,
        home=source.base_url,
        basis=min((column.basis for column in source.columns), key=BASES.index),
        rhythm_h=min(column.rhythm_h for column in source.columns),
        columns=len(source.columns),
        enabled=source.enabled,
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
