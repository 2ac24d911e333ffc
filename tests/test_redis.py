"""Redis as the cache, by REDIS_URL: what is counted there is counted for every process."""

import pytest
import redis
from django.core.cache import cache
from django.test import override_settings

from crm import env
from tests.production import eventually, free_port, is_open, program, running

pytestmark = [pytest.mark.serial, pytest.mark.django_db]


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A Redis of its own, which is the cache meanwhile."""
    port = free_port()
    options = f"--port {port} --bind 127.0.0.1 --dir {tmp_path} --loglevel warning"
    with running(program("redis-server"), *options.split(), "--save", ""):
        assert eventually(lambda: is_open(port))
        monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{port}/0")
        with override_settings(CACHES={"default": env.cache(table="crm_cache")}):
            yield redis.Redis(port=port)


def test_failed_sign_ins_are_counted_in_redis(server, client, victor):
    form = {"login": victor.user.email, "password": "faux"}
    told = ["essais manqués" in client.post("/connexion/", form).content.decode() for _ in range(6)]
    assert told == [False] * 5 + [True]
    assert server.dbsize() > 0


def test_the_cache_keeps_counts_and_forgets_in_time(server):
    cache.add("essais", 1, timeout=60)
    assert (cache.incr("essais"), cache.get("essais"), cache.get("autre")) == (2, 2, None)
    cache.touch("essais", timeout=0)
    assert cache.get("essais") is None
