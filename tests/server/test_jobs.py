from pathlib import Path

from vultus.server.jobs import Jobs, Request

REQUEST = Request("a.vultus", "voice.wav", "", {"size": 128})


def test_a_job_lives_through_its_states(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    jobs.add("a", REQUEST, None)
    assert jobs.waiting() == 1
    jobs.begin("a")
    jobs.proceed("a", 0.5)
    job = jobs.get("a")
    assert job is not None
    assert job.described()["progress"] == 50
    assert job.request == REQUEST
    jobs.end("a", "completed")
    jobs.end("a", "cancelled")  # too late
    job = jobs.get("a")
    assert job is not None
    assert job.described()["status"] == "completed"
    assert job.described()["result_url"] == "/v1/talks/a/content"


def test_jobs_outlive_the_server(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    jobs.add("a", REQUEST, None)
    jobs.begin("a")
    jobs.add("b", REQUEST, None)
    jobs.end("b", "failed", "why")
    jobs.close()
    again = Jobs(tmp_path)
    first = again.next()
    assert first is not None
    assert (first.id, first.status) == ("a", "queued")
    failed = again.get("b")
    assert failed is not None
    assert failed.error == "why"


def test_the_same_key_is_the_same_job(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    assert jobs.add("a", REQUEST, "once").id == "a"
    assert jobs.add("b", REQUEST, "once").id == "a"
    assert jobs.add("c", REQUEST, None).id == "c"
    assert jobs.add("d", REQUEST, None).id == "d"


def test_old_jobs_are_found_and_forgotten(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    jobs.add("a", REQUEST, None)
    assert jobs.old(-1) == []
    jobs.end("a", "completed")
    assert [job.id for job in jobs.old(-1)] == ["a"]
    jobs.forget("a")
    assert jobs.get("a") is None
