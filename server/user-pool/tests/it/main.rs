//! The user pool as its clients meet it: over its wire, on a clock that moves when it is told to.

#[cfg(test)]
mod account;
#[cfg(test)]
mod attributes;
#[cfg(test)]
mod challenges;
#[cfg(test)]
mod choice;
#[cfg(test)]
mod control;
#[cfg(test)]
mod eviction;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod forgot_password;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod managed_login;
#[cfg(test)]
mod mfa;
#[cfg(test)]
mod new_password;
#[cfg(test)]
mod passkeys;
#[cfg(test)]
mod process;
#[cfg(test)]
mod refresh;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod secret;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod sign_out;
#[cfg(test)]
mod sign_up;
#[cfg(test)]
mod srp;
#[cfg(test)]
mod strict;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod wire;
