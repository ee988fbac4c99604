# A user pool and an app client as Holdfast wants them (docs/cognito.md): `terraform init && terraform apply`.
# The region is the AWS provider's own: AWS_REGION, say.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

variable "name" {
  description = "What the user pool is called."
  type        = string
  default     = "holdfast"
}

variable "access_token_minutes" {
  description = "AccessTokenValidity and IdTokenValidity, in minutes (Cognito allows 5 minutes to 24 hours)."
  type        = number
  default     = 60
  validation {
    condition     = var.access_token_minutes >= 5 && var.access_token_minutes <= 1440
    error_message = "Between 5 and 1440 minutes."
  }
}

variable "refresh_token_hours" {
  description = "RefreshTokenValidity, in hours (60 minutes to 10 years): so long after signing in a user must sign in again."
  type        = number
  default     = 720
  validation {
    condition     = var.refresh_token_hours >= 1 && var.refresh_token_hours <= 87600
    error_message = "Between 1 and 87600 hours."
  }
}

variable "client_secret" {
  description = "Whether the app client has a secret. Holdfast keeps it on the server; it cannot be changed later."
  type        = bool
  default     = true
}

variable "choice_based_sign_in" {
  description = "Whether users may choose how to sign in (USER_AUTH), with passkeys too."
  type        = bool
  default     = false
}

variable "passkey_domain" {
  description = "The host name that people see and passkeys are bound to; empty for the managed login's domain."
  type        = string
  default     = ""
}

variable "managed_login_prefix" {
  description = "For managed login: the first part of <prefix>.auth.<region>.amazoncognito.com. Empty: none."
  type        = string
  default     = ""
}

variable "public_url" {
  description = "HOLDFAST_PUBLIC_URL, with no slash at its end; managed login sends people back to it."
  type        = string
  default     = "http://localhost:3000"
  validation {
    condition     = can(regex("^(https://[^/]+|http://(localhost|127\\.0\\.0\\.1)(:\\d+)?)$", var.public_url))
    error_message = "An https origin, or http on localhost, with no slash at its end."
  }
}

locals {
  managed_login = var.managed_login_prefix != ""
}

resource "aws_cognito_user_pool" "holdfast" {
  name                     = var.name
  deletion_protection      = "ACTIVE"
  user_pool_tier           = "ESSENTIALS" # Rotation, USER_AUTH and managed login are features of this plan.
  username_attributes      = ["email"]
  auto_verified_attributes = ["email"]
  mfa_configuration        = "OPTIONAL"

  username_configuration {
    case_sensitive = false
  }

  software_token_mfa_configuration {
    enabled = true
  }

  # A changed address counts only once its code has been answered.
  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  password_policy {
    minimum_length                   = 8
    require_uppercase                = true
    require_lowercase                = true
    require_numbers                  = true
    require_symbols                  = true
    temporary_password_validity_days = 7
  }

  sign_in_policy {
    allowed_first_auth_factors = var.choice_based_sign_in ? ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"] : ["PASSWORD"]
  }

  dynamic "web_authn_configuration" {
    for_each = var.choice_based_sign_in ? [1] : []
    content {
      relying_party_id  = var.passkey_domain == "" ? null : var.passkey_domain
      user_verification = "preferred"
    }
  }

  lifecycle {
    prevent_destroy = true # A pool that is replaced takes all accounts with it.
  }
}

resource "aws_cognito_user_pool_client" "holdfast" {
  name            = "holdfast"
  user_pool_id    = aws_cognito_user_pool.holdfast.id
  generate_secret = var.client_secret

  # No ALLOW_REFRESH_TOKEN_AUTH: it excludes rotation. Holdfast refreshes by GetTokensFromRefreshToken alone.
  explicit_auth_flows = concat(
    ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
    var.choice_based_sign_in ? ["ALLOW_USER_AUTH"] : [],
  )
  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true

  refresh_token_rotation {
    feature                    = "ENABLED"
    retry_grace_period_seconds = 60 # The longest there is: so long a lost answer can be asked for again.
  }

  # A number without its unit would be hours for these two, and days for the refresh token.
  access_token_validity  = var.access_token_minutes
  id_token_validity      = var.access_token_minutes
  refresh_token_validity = var.refresh_token_hours
  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "hours"
  }
  auth_session_validity = 3

  supported_identity_providers         = ["COGNITO"]
  allowed_oauth_flows_user_pool_client = local.managed_login
  allowed_oauth_flows                  = local.managed_login ? ["code"] : null
  # The last scope is what lets the access token read and change the user's own account.
  allowed_oauth_scopes = local.managed_login ? ["openid", "email", "aws.cognito.signin.user.admin"] : null
  callback_urls        = local.managed_login ? ["${var.public_url}/sign-in/callback"] : null
  logout_urls          = local.managed_login ? ["${var.public_url}/"] : null
}

resource "aws_cognito_user_pool_domain" "holdfast" {
  count                 = local.managed_login ? 1 : 0
  domain                = var.managed_login_prefix
  user_pool_id          = aws_cognito_user_pool.holdfast.id
  managed_login_version = 2
}

resource "aws_cognito_managed_login_branding" "holdfast" {
  count                       = local.managed_login ? 1 : 0
  user_pool_id                = aws_cognito_user_pool.holdfast.id
  client_id                   = aws_cognito_user_pool_client.holdfast.id
  use_cognito_provided_values = true
}

data "aws_region" "current" {}

# Each output is named after the variable that it is the value of: `terraform output -raw holdfast_cognito_client_secret`.

output "holdfast_cognito_user_pool_id" {
  value = aws_cognito_user_pool.holdfast.id
}

output "holdfast_cognito_client_id" {
  value = aws_cognito_user_pool_client.holdfast.id
}

output "holdfast_cognito_client_secret" {
  value     = aws_cognito_user_pool_client.holdfast.client_secret
  sensitive = true
}

output "holdfast_cognito_refresh_token_validity" {
  value = "${var.refresh_token_hours}h"
}

output "holdfast_cognito_domain" {
  value = local.managed_login ? "https://${var.managed_login_prefix}.auth.${data.aws_region.current.region}.amazoncognito.com" : null
}
