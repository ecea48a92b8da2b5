"""What happens to parcels: transfer, split, merge, mortgage, correction. Nothing is overwritten."""

from saola.server.land.transactions.correction import correct
from saola.server.land.transactions.merging import merge
from saola.server.land.transactions.mortgage import discharge, lift, mortgage, restrict
from saola.server.land.transactions.splitting import split
from saola.server.land.transactions.transfer import transfer

__all__ = ["correct", "discharge", "lift", "merge", "mortgage", "restrict", "split", "transfer"]
