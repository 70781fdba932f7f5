"""Histories of benches and a centre under virtual time: the real sync engine, loop, stores, routes and ledger.

Everything random comes from one seed, so that a history that went wrong can be replayed exactly:
``pytest tests/simulation --seed N`` or ``SIMULATION_SEED=N``.
"""
