"""Prompt texts for the sample data, in our own words.

The authors' texts are part of the benchmark's data and are fetched with it; these have their structure (the same two
placeholders, and raw tasks end where the model goes on) so that everything can be tried without a download.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_PASSAGES = (
    "Below are several passages. Use them to answer the question, and reply with the answer alone.\n\n{context}\n\n"
    "Reply with the answer alone, taken from the passages above.\n\nQuestion: {input}\nAnswer:"
)

_PROMPTS = {
    "narrativeqa": (
        "Here is a story, followed by a question about it. Reply with a short phrase and no explanation.\n\n"
        "Story: {context}\n\nUsing only this story, reply with a short phrase and no explanation.\n\n"
        "Question: {input}\n\nAnswer:"
    ),
    "qasper": (
        'Here is a research article, followed by a question. Reply briefly: a phrase or one sentence, "yes" or '
        '"no", or "unanswerable" if the article does not say.\n\nArticle: {context}\n\nUsing only this article, '
        'reply with a phrase or one sentence, "yes", "no" or "unanswerable".\n\nQuestion: {input}\n\nAnswer:'
    ),
    "multifieldqa_en": (
        "Study this text.\n\n{context}\n\nUsing the text, answer the question below in as few words as you can.\n\n"
        "Question: {input}\nAnswer:"
    ),
    "multifieldqa_zh": "请先看下面的材料：\n\n{context}\n\n请根据材料作答，不要解释。\n\n问题：{input}\n回答：",
    "hotpotqa": _PASSAGES,
    "2wikimqa": _PASSAGES,
    "musique": _PASSAGES,
    "dureader": "下面有几篇文章，请参考它们解答问题。\n\n{context}\n\n请参考以上内容作答。\n\n问题：{input}\n回答：",
    "gov_report": (
        "Below is a report from a public body. Summarise it on about one page.\n\nReport:\n{context}\n\n"
        "Summarise the report on about one page.\n\nSummary:"
    ),
    "qmsum": (
        "Below is what was said at a meeting, followed by a query. Reply in one or a few sentences.\n\n"
        "Transcript:\n{context}\n\nReply to the query in one or a few sentences, from the transcript.\n\n"
        "Query: {input}\nAnswer:"
    ),
    "multi_news": (
        "Below are news items about one event. Summarise them together on about one page.\n\nNews:\n{context}\n\n"
        "Summarise all the items together on about one page.\n\nSummary:"
    ),
    "vcsum": "以下是一次会议的发言记录，请概括会议的主要内容。\n\n会议记录：\n{context}\n\n请写出概括。\n\n会议总结：",
    "trec": "Each question below is followed by its type. Give the type of the last one.\n\n{context}\n{input}",
    "triviaqa": (
        "Each passage below is followed by a question and its short answer. Answer the last one in the same way.\n\n"
        "{context}\n\n{input}"
    ),
    "samsum": "Each dialogue below is followed by a brief summary. Write the last one.\n\n{context}\n\n{input}",
    "lsht": "下面每条新闻后面都标明了类别，请给出最后一条的类别。\n\n{context}\n{input}",
    "passage_count": (
        "Some of the numbered paragraphs below occur more than once. Count how many different ones there are.\n\n"
        "{context}\n\nReply with the number of different paragraphs, as digits only.\n\nThe number is: "
    ),
    "passage_retrieval_en": (
        "Below are numbered paragraphs and an abstract of one of them. Find out which one.\n\n{context}\n\n"
        'Abstract:\n\n{input}\n\nReply in the form "Paragraph 3".\n\nThe abstract belongs to: '
    ),
    "passage_retrieval_zh": (
        "下面是一些编号的段落，以及其中某一段的摘要，请找出是哪一段。\n\n{context}\n\n摘要：\n\n{input}\n\n"
        "请按“段落3”的格式作答。\n\n摘要出自："
    ),
    "lcc": "Continue this file with its next line.\n{context}Next line:\n",
    "repobench-p": "Continue the last of these files with its next line.\n{context}{input}Next line:\n",
}  # fmt: skip


def sample_prompts() -> Mapping[str, str]:
    """The prompt of each of the 21 tasks, with the placeholders `{context}` and, where it is used, `{input}`."""
    return MappingProxyType(_PROMPTS)
