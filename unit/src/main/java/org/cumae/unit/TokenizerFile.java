package org.cumae.unit;

/// The file that describes a tokenizer, as other tools read it too.
///
/// @param name `tokenizer.json`, or `tokenizer.model` for SentencePiece
/// @param content its bytes; not copied, so not to be written to
@SuppressWarnings(
        "ArrayRecordComponent") // made to be written out once; nobody compares two of them
public record TokenizerFile(String name, byte[] content) {}
