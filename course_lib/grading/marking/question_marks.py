"""Verdicts as marks, and the marks of whoever has no verdict; with the reason for each."""

from dataclasses import replace

from course_lib.exercises.engine.verdict import Verdict
from course_lib.exercises.feedback.points import earned_by
from course_lib.grading.marking.assignment import Assignment, Question
from course_lib.grading.marking.reasons import reason_of
from course_lib.grading.marking.remote import Answer
from course_lib.grading.marking.session import Session
from course_lib.grading.records import Marked, Provenance, QuestionMark, Submission, WrittenQuestion

DOWN = "Marking it brought the grader down again and again; a person should look at it."


def unmarked(assignment: Assignment, submission: Submission, provenance: Provenance) -> Marked:
    """The row of a student of whom there is nothing to mark, with the reason."""
    return Marked(
        student=submission.student,
        week=assignment.week,
        sha256=submission.sha256,
        questions=tuple(no_marks(each, submission.problem) for each in assignment.questions),
        written=tuple(WrittenQuestion(e.grade_id, e.title, e.points, False) for e in assignment.written),
        provenance=provenance,
        problem=submission.problem,
        when=submission.when,
        days_late=submission.days_late,
        keeps=submission.keeps,
    )


def given_up(assignment: Assignment, student: str, sha256: str, provenance: Provenance) -> Marked:
    """The row of a submission that ends whatever marks it. It may be the machine's fault: the next run tries again."""
    row = unmarked(assignment, Submission(student, assignment.week, sha256=sha256, problem=DOWN), provenance)
    return replace(row, questions=tuple(no_marks(each, DOWN, "stopped") for each in assignment.questions))


def no_marks(question: Question, why: str, status: str = "not attempted") -> QuestionMark:
    """0 points and the reason."""
    exercise = question.exercise
    return QuestionMark(
        exercise=exercise.id,
        grade_id=question.grade_id,
        title=exercise.title,
        points=0.0,
        out_of=float(exercise.points),
        status=status,
        reason=why,
    )


def mark_of(question: Question, verdict: Verdict, answer: Answer, session: Session) -> QuestionMark:
    """A verdict as a mark; its numbers, inputs and messages stay behind."""
    exercise = question.exercise
    known = exercise.mistakes.get(verdict.mistake or "")
    return QuestionMark(
        exercise=exercise.id,
        grade_id=question.grade_id,
        title=exercise.title,
        points=earned_by(exercise, verdict),
        out_of=float(exercise.points),
        status=verdict.status,
        reason=reason_of(exercise, verdict, answer, session),
        mistake=verdict.mistake or "",
        cause=known.cause if known else "",
        nudge=known.nudge if known else "",
        law=verdict.law or "",
        kept=verdict.kept,
        broken=verdict.broken,
        line=verdict.line,
    )


def placed(marked: Marked, row: Submission) -> Marked:
    """The marks of a submission, as this student's."""
    return replace(
        marked,
        student=row.student,
        when=row.when,
        days_late=row.days_late,
        keeps=row.keeps,
    )
