"""Settings, all from the environment, with defaults that just work. `docs/deploy.md` names each one."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from crm import env

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret_key(BASE_DIR / ".secret-key")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", default="")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default="localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", default="")

INSTALLED_APPS = [
    "crm.apps.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_filters",
    "django_htmx",
    "template_partials",
    "csp",
    "mptt",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crm",
    "accounts",
]

MIDDLEWARE = [
    "crm.logs.RequestLogMiddleware",
    # Those that write headers, before whatever answers by itself: static files have them too.
    "crm.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "crm.health.HealthMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "crm.middleware.DevicesMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "crm.middleware.PrivatePagesMiddleware",
    "crm.middleware.EspaceMiddleware",
    "crm.middleware.RefusalsMiddleware",
    "accounts.middleware.StatusDayMiddleware",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crm.context.espace",
            ],
            "builtins": [
                "django.templatetags.static",
                "django_htmx.templatetags.django_htmx",
                "template_partials.templatetags.partials",
                "crm.templatetags.ui",
                "accounts.templatetags.cells",
                "accounts.templatetags.history",
                "accounts.templatetags.relance",
                "accounts.templatetags.timeline",
                "accounts.templatetags.trade",
            ],
        },
    },
]

# Widgets have templates of ours.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.database(default="sqlite:///vigie.sqlite3", base_dir=BASE_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Two constraints hold on PostgreSQL only; on SQLite tree_check and the order of locks keep them.
SILENCED_SYSTEM_CHECKS = ["models.W038", "models.W040"]

AUTH_USER_MODEL = "crm.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "crm.backends.RoleBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "crm.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "crm.forms.sign_in.SignInForm",
    "reauthenticate": "crm.forms.sign_in.ConfirmPasswordForm",
    "reset_password": "crm.forms.sign_in.ForgottenPasswordForm",
    "reset_password_from_key": "crm.forms.sign_in.NewPasswordForm",
    "change_password": "crm.forms.sign_in.ChangePasswordForm",
    "set_password": "crm.forms.sign_in.FirstPasswordForm",
    "add_email": "crm.forms.sign_in.ChangeEmailForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = "my_account"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Vigie] "
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # who holds the address holds the account
# Django's own, which covers User.email; allauth's writes a row of addresses at each reset.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
# As many links as that to an address. With allauth's one in 3 minutes, a second one is silently not sent.
ACCOUNT_RATE_LIMITS = {"confirm_email": "5/h/key"}

MFA_ADAPTER = "crm.adapter.TwoFactorAdapter"
MFA_FORMS = {
    "authenticate": "crm.forms.two_factor.CodeForm",
    "reauthenticate": "crm.forms.two_factor.ConfirmCodeForm",
    "activate_totp": "crm.forms.two_factor.AddAppForm",
    "add_webauthn": "crm.forms.two_factor.AddPasskeyForm",
    "edit_webauthn": "crm.forms.two_factor.RenamePasskeyForm",
    "login_webauthn": "crm.forms.two_factor.PasskeySignInForm",
    "authenticate_webauthn": "crm.forms.two_factor.PasskeyForm",
    "reauthenticate_webauthn": "crm.forms.two_factor.ConfirmPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Vigie"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: the time to type, and clocks that differ (see CodeForm)
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a key that signs in alone is two factors in one
# allauth asks for a confirmed address, lest somebody signs up with another's and locks them out. Nobody
# signs up here: an Administrateur or who runs the site typed the address, or a link sent there confirmed it.
MFA_ALLOW_UNVERIFIED_EMAIL = True

# For the limits by client: how many proxies of ours stand before Vigie, each adding to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.count("TRUSTED_PROXIES", default=0)

EMAIL_HOST = os.environ.get("EMAIL_HOST", "")  # without a mail server, what would leave is printed
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = env.count("EMAIL_PORT", default=25)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", default=False)
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise ImproperlyConfigured("EMAIL_USE_TLS et EMAIL_USE_SSL s'excluent : gardez 1 pour l'un des deux.")
EMAIL_TIMEOUT = 10  # seconds: somebody is waiting for the page, or the worker has other things to do
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Vigie <vigie@localhost>")

# Sign-in limits are counted in the cache, so every process must share it.
CACHES = {"default": env.cache(table="crm_cache")}

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "collected"
WHITENOISE_ALLOW_ALL_ORIGINS = False
ASSETS_ROOT = BASE_DIR / "build" / "static"  # what manage.py assets makes
STATICFILES_DIRS = [BASE_DIR / "static", ASSETS_ROOT]
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT") or BASE_DIR / "media")
STORAGES = {
    "default": env.media(folder=MEDIA_ROOT),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# Behind a proxy that speaks HTTPS: cookies that only HTTPS carries, and HSTS.
HTTPS = env.flag("HTTPS", default=False)
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = ["^sante/"]  # a load balancer asks from behind the proxy
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"

# Where messages lead that no page sends, so that no request tells the name of the site.
_NAMES = [name for name in ALLOWED_HOSTS if name[0] not in "*."]
SITE_URL = env.site(
    "SITE_URL",
    default=f"https://{_NAMES[0]}"
    if HTTPS and _NAMES
    else f"http://localhost:{env.count('PORT', default=8000)}",
)

LOG_FORMAT = env.choice("LOG_FORMAT", among=("text", "json"), default="text")
LOG_LEVEL = env.choice("LOG_LEVEL", among=("debug", "info", "warning", "error"), default="info").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "crm.logs.RequestFilter"}},
    "formatters": {"text": {"()": "crm.logs.TextFormatter"}, "json": {"()": "crm.logs.JsonFormatter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["request"], "formatter": LOG_FORMAT}
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"fontTools": {"level": "WARNING"}},
}
