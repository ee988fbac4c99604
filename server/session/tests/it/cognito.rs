//! With the AWS SDK.
