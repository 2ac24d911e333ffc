import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
application = get_wsgi_application()

# Loaded before gunicorn forks its workers, and then never moved by the collector: they share it.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
