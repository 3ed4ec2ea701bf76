package org.cumae.reproduce;

import java.nio.file.Path;
import java.util.function.Consumer;

/// What a reproduction is given.
///
/// @param quick whether it must end in under three minutes on two cores
/// @param folder where it may leave tables and pictures; it is made when something is written there
/// @param progress is told, line by line, what is being done
public record Trial(boolean quick, Path folder, Consumer<String> progress) {}
