//! What a person types and sees: arguments, commands, words, exit codes.
