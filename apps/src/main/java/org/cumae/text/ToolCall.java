package org.cumae.text;

/// That a model asked for a function to be called.
///
/// @param id by which the answer to the call names it
/// @param name of the function
/// @param arguments as JSON
public record ToolCall(String id, String name, String arguments) {}
