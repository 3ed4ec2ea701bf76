/// Models of Cumae, in this process, as chat models of LangChain4j: [CumaeChatModel] answers whole,
/// [CumaeStreamingChatModel] while it writes.
@NullMarked
package org.cumae.langchain4j;

import org.jspecify.annotations.NullMarked;
