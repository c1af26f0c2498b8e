from content.cms.pages import pages_in, trainers_only

page = pages_in("exams/cms")

__all__ = ["page", "trainers_only"]
