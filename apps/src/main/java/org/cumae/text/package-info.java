/// Text: open a language model by name, directory or file, and generate.
///
/// Start at [TextModel]: `TextModel.open("shakespeare").generate("To be")`. A [TextRequest] says
/// what is wished for, a [TextListener] hears it come, a [TextGeneration] is the result. A
/// [ChatTemplate] turns a conversation into a prompt.
///
/// This room puts the others together: weights and tokenizer become an engine, a request becomes a
/// decoder's. It knows no socket and no command line, and no caller of it sees a tensor.
@NullMarked
package org.cumae.text;

import org.jspecify.annotations.NullMarked;
