/// Weight files: safetensors and GGUF, read and written without native code.
///
/// Start at [WeightFile]: `WeightFile.open(path)` recognises the format and gives names, shapes and
/// values. [SafetensorsWriter] and [GgufWriter] write; [RandomModel] makes a file of real size with
/// random weights; [WeightSummary] describes a file to a person.
///
/// A file is never trusted. Every length in it is compared with the size of the file, in arithmetic
/// that cannot overflow, before anything is allocated; values are copied into memory the caller
/// owns, never mapped, so a file that is cut while it is read gives an exception and not a dead
/// process. Whatever is wrong is said by one exception, [WeightFileException].
///
/// This room knows no tensor library and no model.
@NullMarked
package org.cumae.weights;

import org.jspecify.annotations.NullMarked;
