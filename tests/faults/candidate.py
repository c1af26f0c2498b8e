"""A candidate who behaves as the exam room does: every answer is sent until it is confirmed, numbered upward on each device. Some
change their mind, send out of order, repeat what is old, or go on with another device."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass
from typing import Any

from tests.faults.ledger import Sheet
from tests.load.candidate import PER_SAVE, QUESTIONS, SAVES, Browser, Page, Room, Watch, draw_answer, hand_in, open_room
from tests.load.system import Trouble

THINKING = 0.25  # seconds at most between two saves, so that attempts last long enough to meet a fault

Answer = list[Any]  # [question, sequence, value, flagged, stamp]


@dataclass
class Device:
    """One browser at work on the attempt, with the sequence of its answers."""

    browser: Browser
    room: Room
    sheet: Sheet
    rng: random.Random
    sequence: int = 0

    @property
    def epoch(self) -> int:
        return int(self.room.attempt["epoch"])

    def answer(self, question: int) -> Answer:
        self.sequence += 1
        value = draw_answer(self.room.questions[question - 1], self.rng)
        self.sheet.send(question, (self.epoch, self.sequence), value)
        return [question, self.sequence, value, self.rng.random() < 0.1, self.room.stamp()]

    async def save(self, answers: list[Answer]) -> str:
        """Until the server has answered; what it confirmed goes into the ledger. Gives back the state it told."""
        content = {"t": self.room.attempt["token"], "a": answers}
        page = await self.browser.post_json("save", self.room.attempt["urls"]["save"], content)
        reply = json.loads(page.expect(200, 409).text)
        saved, late = set(reply["saved"]), set(reply.get("late", []))
        newest = {
            a[0]: a[1] for a in sorted(answers, key=lambda a: a[1])
        }  # of one request the newest counts for each question
        if page.status == 200 and saved != set(newest):
            raise Trouble(f"confirmed {sorted(saved)} of {sorted(newest)}")
        for question, sequence in newest.items():
            if question in saved:
                self.sheet.confirm(question, (self.epoch, sequence), taken_over=reply["state"] != "open")
            if question in late:
                self.sheet.refused.setdefault(question, set()).add((self.epoch, sequence))
        return str(reply["state"])


@dataclass
class Exam:
    base: str
    sitting: str
    password: str
    watch: Watch
    sheets: list[Sheet]


async def sit_through(exam: Exam, number: str, rng: random.Random) -> None:
    """One attempt, whatever happens to the server meanwhile."""
    browsers = [Browser(exam.base, exam.watch, patient=True)]
    try:
        room = await open_room(browsers[0], exam.sitting, number, exam.password)
        sheet = Sheet(code=room.attempt["code"], number=number)
        exam.sheets.append(sheet)
        device = Device(browsers[0], room, sheet, rng)
        left_behind: Device | None = None
        turn_of_move = rng.randrange(2, SAVES - 1) if rng.random() < 0.25 else -1
        sent: list[list[Answer]] = []
        for turn in range(SAVES):
            if turn == turn_of_move:
                left_behind = device
                browsers.append(Browser(exam.base, exam.watch, patient=True))
                device = await move(exam, number, device, browsers[-1])
                sent = []
            questions = [turn * PER_SAVE + i for i in range(1, PER_SAVE + 1)]
            await write(device, questions, sent, rng)
            if left_behind is not None and rng.random() < 0.5:
                await old_device(left_behind, rng)
        await finish(device, sent, rng)
    finally:
        for browser in browsers:
            await browser.close()


async def write(device: Device, questions: list[int], sent: list[list[Answer]], rng: random.Random) -> None:
    """Five new answers and, by chance, what phones and networks do to them."""
    await asyncio.sleep(rng.random() * THINKING)
    answers = [device.answer(question) for question in questions]
    chance = rng.random()
    if chance < 0.15:
        # Another mind at once: both requests are under way, whichever arrives first.
        newer = [device.answer(question) for question in questions]
        sent += [answers, newer]
        await asyncio.gather(device.save(newer), device.save(answers))
    elif chance < 0.3 and sent:
        # Another mind about an old question, then the old request once more, as a proxy or a tired network repeats it.
        old = rng.choice(sent)
        changed = [device.answer(old[0][0]), *answers]
        sent.append(changed)
        await device.save(changed)
        await device.save(old)
    else:
        sent.append(answers)
        await device.save(answers)


async def move(exam: Exam, number: str, old: Device, browser: Browser) -> Device:
    """The person signs in on another phone and goes on there."""
    address = f"/exams/attempts/{old.room.attempt['code']}/"
    await browser.sign_in(number, exam.password, address)
    page = (await browser.get("other device", address)).expect(200)
    if f"{address}take-over/" not in page.text:
        raise Trouble("the other device is not asked whether to take over")
    (await browser.post_form("take over", f"{address}take-over/")).expect(302)
    room = Room.read((await browser.get("paper", address)).expect(200).text)
    if room.attempt["epoch"] <= old.epoch:
        raise Trouble("taking over did not raise the epoch")
    return Device(browser, room, old.sheet, old.rng)


async def old_device(device: Device, rng: random.Random) -> None:
    """What the phone that was left behind still had: it may fill blanks, and change nothing."""
    question = rng.randint(1, QUESTIONS)
    if question in device.sheet.filled:
        return  # two answers of the old device to one blank: which of them came first is not ours to know
    state = await device.save([device.answer(question)])
    if state != "taken_over":
        raise Trouble(f"the old device was told {state}")


async def finish(device: Device, sent: list[list[Answer]], rng: random.Random) -> None:
    await hand_in(device.browser, device.room)
    device.sheet.handed_in = True
    if rng.random() < 0.3:
        await device.save(rng.choice(sent))  # an old request arrives after the end
    if rng.random() < 0.2:
        await device.save([device.answer(rng.randint(1, QUESTIONS))])  # a new answer after the end
    if rng.random() < 0.3:
        again: Page = await device.browser.post_json(
            "submit", device.room.attempt["urls"]["submit"], {"t": device.room.attempt["token"], "key": "again"}
        )
        if json.loads(again.expect(200).text)["state"] != "submitted":
            raise Trouble("handing in twice is not answered alike")
