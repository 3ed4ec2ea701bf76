/// The HTTP server: OpenAI's protocol, the native stream, health, metrics, the studio.
///
/// Start at [CumaeServer], which lists the routes. A route reads a request with [Fields], has it
/// written by [Writing], one virtual thread an answer, and tells what comes with [EventStream]. The
/// package knows a model by what [Served] says and no tensor.
@NullMarked
package org.cumae.serve;

import org.jspecify.annotations.NullMarked;
